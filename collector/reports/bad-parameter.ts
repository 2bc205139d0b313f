/** A parameter that is missing, unknown or not of its type, in words for the one who asked. Never quotes what was sent. */
export class BadParameter extends Error {}
