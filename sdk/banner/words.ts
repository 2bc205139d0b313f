/** What the banner itself says, beside the notice of a site. The collector sends only the languages that the site has. */
export interface Words {
  readonly lang: string;
  readonly acceptAll: string;
  readonly refuseAll: string;
  readonly save: string;
  readonly close: string;
  readonly details: string;
  /** Names the group of boxes for those who hear it. */
  readonly blocks: string;
  /** `{from}`, `{until}`: dates; `{number}`: of the consent. */
  readonly granted: string;
  readonly denied: string;
  /** `{blocks}`: titles of the needed blocks that are not given. */
  readonly missing: string;
  /** `{blocks}`: titles of the blocks that were given until now. */
  readonly withdrawn: string;
  readonly nothing: string;
  /** After `withdrawn`, while the collector has not heard of it. */
  readonly pending: string;
  readonly failed: string;
  /** The browser stores nothing for this site. */
  readonly blocked: string;
}

const az: Words = {
  lang: "az",
  acceptAll: "Hamısını qəbul et",
  refuseAll: "Hamısını rədd et",
  save: "Seçimi saxla",
  close: "Bağla",
  details: "Ətraflı",
  blocks: "Razılıqlar",
  granted: "{from} tarixində verdiyiniz razılıq {until} tarixinədək qüvvədədir. Razılığın nömrəsi: {number}.",
  denied: "Heç bir razılıq verməmisiniz. Heç nə toplanmır.",
  missing: "Seçiminiz qeydə alınıb, lakin heç nə toplanmır: bunun üçün “{blocks}” üzrə razılıq da tələb olunur.",
  withdrawn: "“{blocks}” üzrə razılığınız geri götürüldü.",
  nothing: "Artıq heç nə toplanmır.",
  pending: "Bağlantı bərpa olunan kimi operatora bu barədə məlumat veriləcək.",
  failed:
    "Seçiminizi qeydə almaq mümkün olmadı, heç nə dəyişmədi. Zəhmət olmasa, səhifəni yeniləyib bir daha cəhd edin.",
  blocked: "Brauzeriniz bu saytın məlumat saxlamasına icazə vermir. Bunu imtina sayırıq: heç nə toplanmır.",
};

const tr: Words = {
  lang: "tr",
  acceptAll: "Tümünü kabul et",
  refuseAll: "Tümünü reddet",
  save: "Seçimi kaydet",
  close: "Kapat",
  details: "Ayrıntılar",
  blocks: "Rızalar",
  granted: "{from} tarihinde verdiğiniz rıza {until} tarihine kadar geçerlidir. Rıza numarası: {number}.",
  denied: "Herhangi bir rıza vermediniz. Hiçbir veri toplanmıyor.",
  missing: "Seçiminiz kaydedildi, ancak hiçbir veri toplanmıyor: bunun için “{blocks}” rızası da gereklidir.",
  withdrawn: "“{blocks}” için verdiğiniz rıza geri alındı.",
  nothing: "Artık hiçbir veri toplanmıyor.",
  pending: "Bağlantı sağlanır sağlanmaz veri sorumlusu bilgilendirilecektir.",
  failed: "Seçiminiz kaydedilemedi ve hiçbir şey değişmedi. Lütfen sayfayı yenileyip tekrar deneyin.",
  blocked: "Tarayıcınız bu sitenin veri saklamasına izin vermiyor. Bunu ret sayıyoruz: hiçbir veri toplanmıyor.",
};

const ru: Words = {
  lang: "ru",
  acceptAll: "Принять все",
  refuseAll: "Отклонить все",
  save: "Сохранить выбор",
  close: "Закрыть",
  details: "Подробнее",
  blocks: "Согласия",
  granted: "Согласие, данное {from}, действует до {until}. Номер согласия: {number}.",
  denied: "Вы не дали ни одного согласия. Данные не собираются.",
  missing: "Ваш выбор записан, но данные не собираются: для этого требуется также согласие «{blocks}».",
  withdrawn: "Согласие «{blocks}» отозвано.",
  nothing: "Данные больше не собираются.",
  pending: "Оператор будет уведомлён, как только появится связь.",
  failed: "Не удалось записать ваш выбор; ничего не изменилось. Обновите страницу и попробуйте ещё раз.",
  blocked: "Ваш браузер не позволяет этому сайту хранить данные. Мы считаем это отказом: данные не собираются.",
};

const en: Words = {
  lang: "en",
  acceptAll: "Accept all",
  refuseAll: "Refuse all",
  save: "Save choice",
  close: "Close",
  details: "Details",
  blocks: "Consents",
  granted: "The consent you gave on {from} is valid until {until}. Its number: {number}.",
  denied: "You have not given any consent. Nothing is collected.",
  missing: "Your choice is recorded, but nothing is collected: that would also take your consent to “{blocks}”.",
  withdrawn: "Your consent to “{blocks}” is withdrawn.",
  nothing: "Nothing is collected any more.",
  pending: "The operator will be told as soon as there is a connection.",
  failed: "Your choice could not be recorded, and nothing has changed. Please reload the page and try again.",
  blocked: "Your browser lets this site store nothing. We take that as a refusal: nothing is collected.",
};

const known: Readonly<Record<string, Words>> = { az, tr, ru, en };

/** The banner's words in a language, or in English; `lang` says which, for who reads them aloud. */
export function wordsIn(lang: string): Words {
  return known[lang.split("-")[0] as string] ?? en;
}
