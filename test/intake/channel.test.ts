import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { channelOfHost } from "../../collector/intake/channel.ts";
import { knownHosts } from "../../collector/intake/known-hosts.ts";

describe.each([
  [
    "search",
    `google.com www.google.az google.com.tr www.google.co.uk google.ru google.com.az images.google.de bing.com www.bing.com cn.bing.com
    yandex.ru yandex.com.tr yandex.az yandex.kz www.yandex.com ya.ru duckduckgo.com html.duckduckgo.com www.ecosia.org
    baidu.com m.baidu.com go.mail.ru nova.rambler.ru search.yahoo.com r.search.yahoo.com uk.search.yahoo.com search.brave.com
    www.qwant.com www.startpage.com search.naver.com m.search.naver.com search.seznam.cz kagi.com www.perplexity.ai
    com.google.android.googlequicksearchbox`,
  ],
  [
    "social",
    `facebook.com l.facebook.com lm.facebook.com m.facebook.com fb.me instagram.com l.instagram.com x.com t.co twitter.com
    linkedin.com www.linkedin.com lnkd.in vk.com m.vk.com away.vk.com ok.ru m.ok.ru t.me web.telegram.org web.whatsapp.com wa.me
    youtube.com m.youtube.com youtu.be www.tiktok.com pinterest.com az.pinterest.com old.reddit.com out.reddit.com l.threads.com
    www.threads.net bsky.app go.bsky.app mastodon.social dzen.ru org.telegram.messenger com.instagram.android`,
  ],
  [
    "referral",
    `mail.google.com docs.google.com news.google.com maps.google.az translate.google.com mail.yandex.ru disk.yandex.com.tr
    e.mail.ru mail.ru rambler.ru naver.com yahoo.com mail.yahoo.com outlook.live.com mail.seznam.cz business.facebook.com
    google.evil.com google.com.evil.com notgoogle.com google.co.evil google.museum xn--oogle-wmc.com x.com.evil.example
    t.company.example at.co box.com netflix.com shop.example constructor.com __proto__.com com google a.b.c.d.e ""`,
  ],
] as const)("%s", (channel, hosts) => {
  it.each(hosts.split(/\s+/))("%s", (host) => {
    expect(channelOfHost(host.replace('""', ""))).toBe(channel);
  });
});

it("the list names each host once, in lower case", () => {
  const hosts = Object.values(knownHosts).flatMap((list) => list.split(/\s+/).filter((host) => host !== ""));
  expect(hosts.length).toBeGreaterThan(150);
  expect(hosts.filter((host, i) => hosts.indexOf(host) !== i || host !== host.toLowerCase())).toEqual([]);
});

it("any text is one of the closed channels", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (host) => {
      expect(["search", "social", "referral"]).toContain(channelOfHost(host));
    }),
  );
});
