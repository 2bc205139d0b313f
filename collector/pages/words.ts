/** What the visitor page says, in the languages of the banner. `{…}` are put in. */
export interface PageWords {
  readonly lang: string;
  readonly title: string;
  readonly intro: string;
  readonly choicesTitle: string;
  readonly whatTitle: string;
  readonly what: string;
  readonly never: string;
  readonly keptFor: string;
  readonly receiversTitle: string;
  readonly contact: string;
  readonly openTitle: string;
  readonly openText: string;
  readonly receipt: string;
  readonly open: string;
  readonly refused: string;
  readonly away: string;
  readonly standsTitle: string;
  readonly given: string;
  readonly withdrawn: string;
  readonly blocked: string;
  readonly number: string;
  readonly eventsTitle: string;
  readonly events: string;
  readonly none: string;
  readonly time: string;
  readonly kind: string;
  readonly page: string;
  readonly device: string;
  readonly downloadTitle: string;
  readonly download: string;
  readonly asTable: string;
  readonly asLines: string;
  readonly asPage: string;
  readonly objectTitle: string;
  readonly objectText: string;
  readonly object: string;
  readonly unblock: string;
  readonly eraseTitle: string;
  readonly eraseText: string;
  readonly all: string;
  readonly since: string;
  readonly until: string;
  readonly sure: string;
  readonly erase: string;
  readonly archive: string;
  readonly requestsTitle: string;
  readonly asked: string;
  readonly due: string;
  readonly state: string;
  readonly states: Readonly<Record<string, string>>;
  readonly kinds: Readonly<Record<string, string>>;
  readonly certificate: string;
  readonly held: string;
  readonly done: string;
  readonly refresh: string;
}

const en: PageWords = {
  lang: "en",
  title: "Your data on {site}",
  intro: "Here you see what {controller} keeps about your visits, and decide what becomes of it. No account is needed.",
  choicesTitle: "What you are asked for",
  whatTitle: "What is kept",
  what: "With your consent only: pages viewed, clicks on buttons and contacts, time on the page, services you were interested in, family of your browser and device, country, and a shortened network address.",
  never: "Never: your name, what you type, telephone numbers and addresses, your full network address.",
  keptFor: "Each record is deleted after {days} days, or when your consent ends, whichever comes first.",
  receiversTitle: "Who receives it",
  contact: "Questions and requests, also without this page: {contact}",
  openTitle: "See your own",
  openText: "Your browser holds a receipt of your consent. If this page did not find it, paste it here.",
  receipt: "Receipt",
  open: "Show what is kept about me",
  refused: "This receipt is not valid here, or its consent has ended. Nothing was done.",
  away: "The data cannot be reached at the moment. Please try again in a few minutes.",
  standsTitle: "Your choices",
  given: "Given on {from}, until {until}: {blocks}",
  withdrawn: "Taken back: {blocks}",
  blocked: "Your data is blocked: kept, and not used.",
  number: "Number of the consent: {number}",
  eventsTitle: "What is kept about you",
  events: "{count} records. The latest:",
  none: "Nothing is kept about you.",
  time: "Time (UTC)",
  kind: "What",
  page: "Page",
  device: "Device",
  downloadTitle: "Take it with you",
  download: "Download",
  asTable: "Table (CSV)",
  asLines: "JSON lines",
  asPage: "Readable page",
  objectTitle: "Object",
  objectText: "Nothing new is recorded, and what is kept is not used any more, until you say otherwise.",
  object: "Block my data",
  unblock: "Lift the block",
  eraseTitle: "Erase",
  eraseText:
    "What rested on your consent is destroyed everywhere within 10 business days, usually within a day, and the consent ends. With dates, only what happened between them goes.",
  all: "Everything",
  since: "From (optional)",
  until: "Until, that day not included (optional)",
  sure: "I know that this cannot be undone",
  erase: "Erase",
  archive: "Download, then erase everything",
  requestsTitle: "What you asked for",
  asked: "Asked",
  due: "Due by",
  state: "State",
  states: {
    requested: "noted",
    blocked: "begun: not shown to anybody any more",
    purged: "deleted, being checked",
    rebuilt: "deleted, being checked",
    verified: "deleted and checked",
    closed: "done",
  },
  kinds: {
    export: "export",
    receipt: "receipt",
    erase: "erasure",
    archive: "export and erasure",
    object: "block",
    unblock: "lifting of the block",
  },
  certificate: "Certificate of the erasure. It is signed and names nobody; keep it if you like.",
  held: "has to be kept for now by order {reference}",
  done: "Your request is noted.",
  refresh: "Look again",
};

const az: PageWords = {
  lang: "az",
  title: "{site} saytında məlumatlarınız",
  intro:
    "Burada {controller} tərəfindən ziyarətləriniz haqqında nəyin saxlanıldığını görür və onların taleyini özünüz həll edirsiniz. Hesab tələb olunmur.",
  choicesTitle: "Sizdən nə soruşulur",
  whatTitle: "Nə saxlanılır",
  what: "Yalnız razılığınızla: baxılan səhifələr, düymə və əlaqə vasitələrinə kliklər, səhifədə keçirilən vaxt, maraqlandığınız xidmətlər, brauzer və cihazın növü, ölkə və qısaldılmış şəbəkə ünvanı.",
  never: "Heç vaxt: adınız, yazdıqlarınız, telefon nömrələri və ünvanlar, tam şəbəkə ünvanınız.",
  keptFor: "Hər qeyd {days} gündən sonra və ya razılığınız bitdikdə, hansı daha tez baş verərsə, silinir.",
  receiversTitle: "Kim alır",
  contact: "Suallar və müraciətlər, bu səhifə olmadan da: {contact}",
  openTitle: "Öz məlumatlarınıza baxın",
  openText: "Brauzerinizdə razılığınızın qəbzi saxlanılır. Bu səhifə onu tapmayıbsa, buraya yapışdırın.",
  receipt: "Qəbz",
  open: "Haqqımda saxlanılanları göstər",
  refused: "Bu qəbz burada etibarlı deyil və ya razılığın müddəti bitib. Heç nə edilmədi.",
  away: "Hazırda məlumatlara çatmaq mümkün deyil. Zəhmət olmasa, bir neçə dəqiqədən sonra yenidən cəhd edin.",
  standsTitle: "Seçimləriniz",
  given: "{from} tarixində verilib, {until} tarixinədək: {blocks}",
  withdrawn: "Geri götürülüb: {blocks}",
  blocked: "Məlumatlarınız bloklanıb: saxlanılır, lakin istifadə olunmur.",
  number: "Razılığın nömrəsi: {number}",
  eventsTitle: "Haqqınızda saxlanılanlar",
  events: "{count} qeyd. Ən sonuncular:",
  none: "Haqqınızda heç nə saxlanılmır.",
  time: "Vaxt (UTC)",
  kind: "Nə",
  page: "Səhifə",
  device: "Cihaz",
  downloadTitle: "Özünüzlə götürün",
  download: "Yüklə",
  asTable: "Cədvəl (CSV)",
  asLines: "JSON sətirləri",
  asPage: "Oxunaqlı səhifə",
  objectTitle: "Etiraz",
  objectText: "Əksini deyənədək yeni heç nə qeydə alınmır və saxlanılanlar artıq istifadə olunmur.",
  object: "Məlumatlarımı blokla",
  unblock: "Blokdan çıxar",
  eraseTitle: "Məhv etmə",
  eraseText:
    "Razılığınıza əsaslanan hər şey 10 iş günü ərzində, adətən bir gün içində hər yerdə məhv edilir və razılıq bitir. Tarix göstərsəniz, yalnız həmin müddətdə baş verənlər silinir.",
  all: "Hər şey",
  since: "Başlanğıc (istəyə bağlı)",
  until: "Son, həmin gün daxil deyil (istəyə bağlı)",
  sure: "Bunun geri qaytarılmadığını bilirəm",
  erase: "Məhv et",
  archive: "Yüklə, sonra hər şeyi məhv et",
  requestsTitle: "Müraciətləriniz",
  asked: "Müraciət",
  due: "Son tarix",
  state: "Vəziyyət",
  states: {
    requested: "qeydə alınıb",
    blocked: "başlanıb: artıq heç kimə göstərilmir",
    purged: "silinib, yoxlanılır",
    rebuilt: "silinib, yoxlanılır",
    verified: "silinib və yoxlanılıb",
    closed: "icra olunub",
  },
  kinds: {
    export: "ixrac",
    receipt: "qəbz",
    erase: "məhv etmə",
    archive: "ixrac və məhv etmə",
    object: "bloklama",
    unblock: "blokdan çıxarma",
  },
  certificate: "Məhv etmə sertifikatı. İmzalanıb və heç kimin adını çəkmir; istəsəniz, saxlayın.",
  held: "{reference} sərəncamına əsasən hələlik saxlanılmalıdır",
  done: "Müraciətiniz qeydə alındı.",
  refresh: "Yenidən bax",
};

const tr: PageWords = {
  lang: "tr",
  title: "{site} sitesindeki verileriniz",
  intro:
    "Burada {controller} tarafından ziyaretleriniz hakkında neyin saklandığını görür ve ne olacağına karar verirsiniz. Hesap gerekmez.",
  choicesTitle: "Sizden ne isteniyor",
  whatTitle: "Ne saklanıyor",
  what: "Yalnızca rızanızla: görüntülenen sayfalar, düğme ve iletişim bağlantılarına tıklamalar, sayfada geçen süre, ilgilendiğiniz hizmetler, tarayıcı ve cihaz ailesi, ülke ve kısaltılmış ağ adresi.",
  never: "Asla: adınız, yazdıklarınız, telefon numaraları ve adresler, tam ağ adresiniz.",
  keptFor: "Her kayıt {days} gün sonra ya da rızanız sona erdiğinde, hangisi önce gelirse, silinir.",
  receiversTitle: "Kimler alıyor",
  contact: "Sorular ve talepler, bu sayfa olmadan da: {contact}",
  openTitle: "Kendi verilerinizi görün",
  openText: "Tarayıcınız rızanızın makbuzunu saklar. Bu sayfa onu bulamadıysa buraya yapıştırın.",
  receipt: "Makbuz",
  open: "Hakkımda saklananları göster",
  refused: "Bu makbuz burada geçerli değil ya da rızası sona ermiş. Hiçbir şey yapılmadı.",
  away: "Verilere şu anda ulaşılamıyor. Lütfen birkaç dakika sonra yeniden deneyin.",
  standsTitle: "Seçimleriniz",
  given: "{from} tarihinde verildi, {until} tarihine kadar: {blocks}",
  withdrawn: "Geri alındı: {blocks}",
  blocked: "Verileriniz bloke: saklanıyor, ama kullanılmıyor.",
  number: "Rıza numarası: {number}",
  eventsTitle: "Hakkınızda saklananlar",
  events: "{count} kayıt. En yenileri:",
  none: "Hakkınızda hiçbir şey saklanmıyor.",
  time: "Zaman (UTC)",
  kind: "Ne",
  page: "Sayfa",
  device: "Cihaz",
  downloadTitle: "Yanınızda götürün",
  download: "İndir",
  asTable: "Tablo (CSV)",
  asLines: "JSON satırları",
  asPage: "Okunur sayfa",
  objectTitle: "İtiraz",
  objectText: "Siz aksini söyleyene kadar yeni bir şey kaydedilmez ve saklananlar artık kullanılmaz.",
  object: "Verilerimi bloke et",
  unblock: "Blokeyi kaldır",
  eraseTitle: "İmha",
  eraseText:
    "Rızanıza dayanan her şey 10 iş günü içinde, genellikle bir günde, her yerde imha edilir ve rıza sona erer. Tarih verirseniz yalnızca o aralıkta olanlar silinir.",
  all: "Her şey",
  since: "Başlangıç (isteğe bağlı)",
  until: "Bitiş, o gün hariç (isteğe bağlı)",
  sure: "Bunun geri alınamayacağını biliyorum",
  erase: "İmha et",
  archive: "İndir, sonra her şeyi imha et",
  requestsTitle: "Talepleriniz",
  asked: "Talep",
  due: "Son gün",
  state: "Durum",
  states: {
    requested: "kaydedildi",
    blocked: "başladı: artık kimseye gösterilmiyor",
    purged: "silindi, denetleniyor",
    rebuilt: "silindi, denetleniyor",
    verified: "silindi ve denetlendi",
    closed: "tamamlandı",
  },
  kinds: {
    export: "dışa aktarma",
    receipt: "makbuz",
    erase: "imha",
    archive: "dışa aktarma ve imha",
    object: "bloke",
    unblock: "blokenin kaldırılması",
  },
  certificate: "İmha belgesi. İmzalıdır ve kimsenin adını vermez; isterseniz saklayın.",
  held: "{reference} kararı gereği şimdilik saklanması gerekiyor",
  done: "Talebiniz kaydedildi.",
  refresh: "Yeniden bak",
};

const ru: PageWords = {
  lang: "ru",
  title: "Ваши данные на сайте {site}",
  intro:
    "Здесь видно, что {controller} хранит о ваших посещениях, и вы решаете, что с этим будет. Учётная запись не нужна.",
  choicesTitle: "О чём вас спрашивают",
  whatTitle: "Что хранится",
  what: "Только с вашего согласия: просмотренные страницы, нажатия на кнопки и контакты, время на странице, интересовавшие вас услуги, семейство браузера и устройства, страна и сокращённый сетевой адрес.",
  never: "Никогда: ваше имя, то, что вы вводите, номера телефонов и адреса, ваш полный сетевой адрес.",
  keptFor: "Каждая запись удаляется через {days} дней или по окончании согласия, смотря что наступит раньше.",
  receiversTitle: "Кто получает",
  contact: "Вопросы и обращения, в том числе без этой страницы: {contact}",
  openTitle: "Посмотреть свои данные",
  openText: "Ваш браузер хранит квитанцию о согласии. Если страница её не нашла, вставьте её сюда.",
  receipt: "Квитанция",
  open: "Показать, что хранится обо мне",
  refused: "Эта квитанция здесь недействительна, или согласие закончилось. Ничего не сделано.",
  away: "Сейчас данные недоступны. Пожалуйста, попробуйте через несколько минут.",
  standsTitle: "Ваш выбор",
  given: "Дано {from}, до {until}: {blocks}",
  withdrawn: "Отозвано: {blocks}",
  blocked: "Ваши данные заблокированы: хранятся и не используются.",
  number: "Номер согласия: {number}",
  eventsTitle: "Что хранится о вас",
  events: "Записей: {count}. Последние:",
  none: "О вас ничего не хранится.",
  time: "Время (UTC)",
  kind: "Что",
  page: "Страница",
  device: "Устройство",
  downloadTitle: "Забрать с собой",
  download: "Скачать",
  asTable: "Таблица (CSV)",
  asLines: "Строки JSON",
  asPage: "Читаемая страница",
  objectTitle: "Возразить",
  objectText: "Ничего нового не записывается, а сохранённое не используется, пока вы не решите иначе.",
  object: "Заблокировать мои данные",
  unblock: "Снять блокировку",
  eraseTitle: "Уничтожить",
  eraseText:
    "Всё, что основано на вашем согласии, уничтожается везде в течение 10 рабочих дней, обычно за день, и согласие прекращается. Если указать даты, уничтожается только то, что было между ними.",
  all: "Всё",
  since: "С (необязательно)",
  until: "По, не включая этот день (необязательно)",
  sure: "Я знаю, что это нельзя отменить",
  erase: "Уничтожить",
  archive: "Скачать, затем уничтожить всё",
  requestsTitle: "Ваши обращения",
  asked: "Обращение",
  due: "Срок",
  state: "Состояние",
  states: {
    requested: "принято",
    blocked: "начато: больше никому не показывается",
    purged: "удалено, проверяется",
    rebuilt: "удалено, проверяется",
    verified: "удалено и проверено",
    closed: "исполнено",
  },
  kinds: {
    export: "выгрузка",
    receipt: "квитанция",
    erase: "уничтожение",
    archive: "выгрузка и уничтожение",
    object: "блокировка",
    unblock: "снятие блокировки",
  },
  certificate: "Сертификат об уничтожении. Он подписан и никого не называет; сохраните его, если хотите.",
  held: "пока должно храниться по распоряжению {reference}",
  done: "Ваше обращение принято.",
  refresh: "Посмотреть снова",
};

export const pageWords: readonly [PageWords, ...PageWords[]] = [az, tr, ru, en];

/** In the language that is asked for, else the first of those that the browser prefers, else the first there is. */
export function wordsFor(asked: string | undefined, accepted: string | undefined): PageWords {
  const wanted = [asked ?? "", ...(accepted ?? "").split(",")].map((lang) => lang.trim().slice(0, 2).toLowerCase());
  for (const lang of wanted) {
    const found = pageWords.find((words) => words.lang === lang);
    if (found !== undefined) return found;
  }
  return pageWords[0];
}

export const fill = (text: string, values: Readonly<Record<string, string>>): string =>
  text.replace(/{(\w+)}/g, (whole, name: string) => values[name] ?? whole);
