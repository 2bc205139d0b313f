import { often, upTo } from "./chance.ts";

const families = [
  (major: number) =>
    `Mozilla/5.0 (Linux; Android 14; SM-A556E) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${major}.0.0.0 Mobile Safari/537.36`,
  (major: number) =>
    `Mozilla/5.0 (iPhone; CPU iPhone OS 18_${major % 8} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1`,
  (major: number) =>
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${major}.0.0.0 Safari/537.36`,
  (major: number) =>
    `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${major}.0.0.0 YaBrowser/25.8 Safari/537.36`,
  (major: number) =>
    `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.${major % 6} Safari/605.1.15`,
  (major: number) => `Mozilla/5.0 (X11; Linux x86_64; rv:${major}.0) Gecko/20100101 Firefox/${major}.0`,
];

/** One of a few hundred that a site sees. */
export const userAgent = (): string => often(families)(100 + upTo(49));

export const languages = ["az", "az-AZ", "ru", "en-US", "tr-TR", "ru-RU", "en", "de-DE"];
