/**
 * The families of browsers and systems that a row can name. The lists are closed: what a parser or a client hint says is looked
 * up here by its name in lower case, and anything else is `Other`. So no word of a user agent gets into a row.
 */
const other = "Other";

export function browserFamily(name: string | undefined): string {
  return browsers.get(name?.toLowerCase() ?? "") ?? other;
}

export function osFamily(name: string | undefined): string {
  return systems.get(name?.toLowerCase() ?? "") ?? other;
}

export const browserFamilies = {
  Chrome: ["chrome", "google chrome", "chrome headless", "headlesschrome", "mobile chrome"],
  Chromium: ["chromium"],
  Safari: ["safari", "mobile safari"],
  Firefox: [
    "firefox",
    "mobile firefox",
    "firefox focus",
    "firefox reality",
    "waterfox",
    "palemoon",
    "iceweasel",
    "icecat",
  ],
  Edge: ["edge", "microsoft edge", "microsoft edge webview2"],
  Opera: ["opera", "opera mobi", "opera gx", "opera touch", "opera coast", "opera tablet"],
  "Opera Mini": ["opera mini"],
  Yandex: ["yandex", "yabrowser", "yowser"],
  Brave: ["brave"],
  Vivaldi: ["vivaldi"],
  DuckDuckGo: ["duckduckgo"],
  "Samsung Internet": ["samsung internet", "samsungbrowser"],
  "UC Browser": ["ucbrowser", "uc browser"],
  "Huawei Browser": ["huawei browser", "huaweibrowser"],
  "MIUI Browser": ["miui browser", "miuibrowser"],
  "Vivo Browser": ["vivo browser", "vivobrowser"],
  "Oppo Browser": ["heytap browser", "heytapbrowser", "heytap", "oppo browser"],
  "Android Browser": ["android browser"],
  "Internet Explorer": ["ie", "iemobile", "internet explorer"],
  Whale: ["whale", "naver whale"],
  "Coc Coc": ["coc coc"],
  "QQ Browser": ["qqbrowser", "qqbrowserlite", "mqqbrowser", "qq"],
  Sogou: ["sogou explorer", "sogou mobile"],
  Baidu: ["baidu"],
  Quark: ["quark"],
  Maxthon: ["maxthon"],
  Silk: ["silk", "amazon silk"],
  Avast: ["avast secure browser", "avg secure browser"],
  "Google App": ["gsa"],
  Facebook: ["facebook", "facebook messenger"],
  Instagram: ["instagram"],
  TikTok: ["tiktok", "tiktok lite"],
  Snapchat: ["snapchat"],
  WeChat: ["wechat"],
  LinkedIn: ["linkedin"],
  Twitter: ["twitter"],
  Telegram: ["telegram"],
  VK: ["vk"],
  Line: ["line"],
  KakaoTalk: ["kakaotalk"],
  Naver: ["naver"],
  WebView: ["webview", "chrome webview", "android webview", "webkit"],
} as const satisfies Record<string, readonly string[]>;

export const osFamilies = {
  Windows: ["windows", "windows phone", "windows mobile", "windows iot"],
  macOS: ["macos", "mac os"],
  iOS: ["ios"],
  Android: ["android", "android-x86"],
  HarmonyOS: ["harmonyos", "openharmony"],
  ChromeOS: ["chrome os", "chromium os", "chromeos"],
  KaiOS: ["kaios"],
  Tizen: ["tizen"],
  webOS: ["webos"],
  Linux: [
    "linux",
    "ubuntu",
    "kubuntu",
    "xubuntu",
    "lubuntu",
    "debian",
    "fedora",
    "suse",
    "opensuse",
    "arch",
    "gentoo",
    "mint",
    "centos",
    "red hat",
    "redhat",
    "manjaro",
    "raspbian",
    "deepin",
    "mageia",
    "slackware",
    "gnu",
  ],
} as const satisfies Record<string, readonly string[]>;

const browsers = byName(browserFamilies);
const systems = byName(osFamilies);

function byName(families: Record<string, readonly string[]>): ReadonlyMap<string, string> {
  return new Map(Object.entries(families).flatMap(([family, names]) => names.map((name) => [name, family])));
}
