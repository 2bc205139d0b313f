/**
 * Hosts that send visitors, by what they are. A list of our own: of those on npm, the ones made from Snowplow's list are years
 * old or lack what people here use (ya.ru, yandex.com.tr, t.me, tiktok.com, startpage.com), compare addresses by their
 * beginning (`t.co` also fits `t.company.example`) and weigh 190 kB; see docs/decisions/0013. An entry stands for the
 * host and all below it, and the longest that fits counts.
 */
export const knownHosts = {
  search: `
    bing.com duckduckgo.com ecosia.org baidu.com go.mail.ru nova.rambler.ru search.rambler.ru ya.ru
    search.yahoo.com search.yahoo.co.jp search.brave.com qwant.com startpage.com search.naver.com
    search.seznam.cz search.daum.net sogou.com so.com m.sm.cn kagi.com mojeek.com swisscows.com metager.org metager.de
    presearch.com search.aol.com ask.com search.marginalia.nu search.goo.ne.jp petalsearch.com dogpile.com
    webcrawler.com excite.com info.com gibiru.com search.lycos.com lilo.org oceanhero.today karmasearch.org
    search.xiaomi.com coccoc.com searx.be perplexity.ai you.com search.walla.co.il gigablast.com yep.com stract.com
    search.ukr.net meta.ua sputnik.ru com.google.android.googlequicksearchbox com.google.android.gms.search
    com.yandex.searchapp ru.yandex.searchplugin com.duckduckgo.mobile.android com.microsoft.bing`,
  social: `
    facebook.com fb.com fb.me messenger.com m.me instagram.com threads.net threads.com whatsapp.com wa.me x.com
    twitter.com t.co linkedin.com lnkd.in vk.com vk.ru vkontakte.ru vk.cc ok.ru odnoklassniki.ru my.mail.ru t.me
    telegram.me telegram.org youtube.com youtu.be tiktok.com douyin.com pinterest.com pin.it reddit.com redd.it
    bsky.app bsky.social mastodon.social mastodon.online mstdn.social fosstodon.org snapchat.com tumblr.com
    discord.com discord.gg viber.com weibo.com weibo.cn weixin.qq.com qzone.qq.com xiaohongshu.com line.me kakao.com
    band.us plurk.com livejournal.com pikabu.ru dzen.ru habr.com rutube.ru vimeo.com dailymotion.com twitch.tv
    quora.com medium.com flickr.com xing.com nextdoor.com clubhouse.com truthsocial.com gab.com minds.com
    news.ycombinator.com lemmy.world lobste.rs eksisozluk.com bip.ai max.ru yaay.com.tr mewe.com
    com.facebook.katana com.facebook.lite com.facebook.orca com.instagram.android com.instagram.barcelona
    com.twitter.android com.linkedin.android com.vkontakte.android ru.ok.android org.telegram.messenger
    org.telegram.messenger.web com.whatsapp com.whatsapp.w4b com.google.android.youtube com.zhiliaoapp.musically
    com.ss.android.ugc.trill com.pinterest com.reddit.frontpage com.snapchat.android com.viber.voip com.discord`,
  // Below one that counts as something else.
  referral: `business.facebook.com developers.facebook.com about.instagram.com cloud.mail.ru`,
} as const;

/**
 * Brands that search under a name of their own in each country (`google.az`, `google.com.tr`, `yandex.kz`), and below which labels:
 * `mail.`, `docs.`, `maps.` and the rest are other services.
 */
export const searchBrands: Readonly<Record<string, readonly string[]>> = {
  google: ["", "www", "m", "images", "search", "cse", "ipv4", "encrypted"],
  yandex: ["", "www", "m", "search", "images"],
};
