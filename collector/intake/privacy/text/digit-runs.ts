/** Digits with up to three of the usual marks between them; a plus or a parenthesis may come first. */
export const digitRun = /[+(]{0,2}\d(?:[ ()._*·•/+:~\u2010-\u2015\u2212-]{0,3}\d)+/g;

export const digitsOf = (run: string): string => run.replace(/\D/g, "");
