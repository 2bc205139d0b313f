/**
 * Says in which country a network is, as it is stored (`85.132.0.0/16`): ISO 3166-1 in two capital letters, or empty.
 * It is asked for nothing narrower than what is kept of an address.
 */
export type CountryOf = (prefix: string) => string;
