/** Texts of shops and internet providers that tell nothing of a person: the filter has to leave them as they are. */
export const benign: Readonly<Record<string, readonly string[]>> = {
  dates: list(`
    2026-11-22 · 2026/11/22 · 2026.11.22 · 22.11.2026 · 22/11/2026 · 22-11-2026 · 22 11 2026 · 22.11.26 · 22/11/26
    11/22/2026 · 1.5.2026 · 01/05/2026 · 20261122 · 31.12.2025 · 1999-12-31 · 2026-11 · 11.2026 · 11/2026 · 22.11
    22/11 · 22 noyabr 2026 · 22 kasım 2026 · 22 ноября 2026 г. · November 22, 2026 · 22 Nov 2026 · Nov 2026
    22.11.2026-cı il · Bitmə tarixi: 31.12.2026 · до 31.12.2026 · 31.12.2026 tarihine kadar · until 31/12/2026
    2026-cı il · 2026 год · 2026 yılı · 20 Yanvar · 8 Mart · 28 May 1918 · 27.09.2020 · Novruz 2026 · 20.03–26.03.2026`),
  "dates and times together": list(`
    2026-11-22 10:30 · 2026-11-22 10:30:00 · 2026-11-22T10:30 · 2026-11-22T10:30:00Z · 2026-11-22T10:30:00.000Z
    2026-11-22T10:30:00+04:00 · 2026-11-22T10:30:00.000+04:00 · 20261122T103000Z · 22/11/2026 10:30 · 22.11.2026 10:30
    22.11.2026, 10:30 · 22.11.2026 saat 10:30 · 22.11.2026 в 10:30 · 22.11.2026 10:30–12:30 · 22.11.2026 10.30
    10:30 22.11.2026 · 22.11.2026 - 10:30 · 22/11 10:30 · 22.11 18:00 · Sun Nov 22 2026 10:30:00 · 22-11-2026 10:30`),
  "ranges of dates": list(`
    2025-2026 · 2025–2026 · 2025/2026 · 2025 - 2026 · 2025 — 2026 · 2019-2020-2021 · 01.11.2026-30.11.2026
    01.11.2026 – 30.11.2026 · 01/11/2026 - 30/11/2026 · 2026-11-01 – 2026-11-30 · 2026-11-01/2026-11-30 · 1-30.11.2026
    1–30.11.2026 · 01.11–30.11.2026 · 27.11-30.11.2026 · 01.11.26–30.11.26 · 11.2026–12.2026 · 2026/01 - 2026/12
    15-20 dekabr 2026 · с 1 по 30 ноября 2026 · 1-15 Aralık 2026 · 1990–2000 · mövsüm 2025/26 · sezon 2025-26`),
  times: list(`
    09:00 · 9:00 · 09.00 · 18:30 · 09:00–18:00 · 09:00-18:00 · 9.00-18.00 · 09.00–18.00 · 09:00 – 18:00 · 09:00 - 18:00
    09:00–13:00, 14:00–18:00 · 09:00-13:00 / 14:00-18:00 · 09.00-13.00 / 14.00-18.00 · 24/7 · 7/24 · 24 saat · 00:00–24:00
    B.e.–Cümə 09:00–18:00 · Пн-Пт 09:00-18:00 · Пн–Пт 9.00–18.00, Сб 10.00–16.00 · Mon-Fri 9:00-18:00 · Pzt–Cum 09:00–18:00
    Ежедневно 10:00–22:00 · Hər gün 10:00-22:00 · Her gün 10:00–22:00 · 12:00:00 · 01:30:15 · 10:00 AM – 6:00 PM · 9am-6pm
    Nahar 13:00-14:00 · перерыв 13:00–14:00 · 48 saat · 30 dəqiqə · 15 мин · 2-3 iş günü · 3–5 рабочих дней`),
  "prices in manat": list(`
    29 AZN · 29.90 AZN · 29,90 AZN · 29.90 ₼ · 29,90₼ · 1299 AZN · 1299.99 AZN · 1 299 AZN · 1 299.99 AZN · 1 299,99 ₼
    1.299,99 ₼ · 1,299.99 AZN · 12 990 ₼ · 129 900 AZN · 1 299 000 AZN · 1 299 000 ₼ · 1,299,000 AZN · 1.299.000 ₼
    1299000 AZN · 1500000 ₼ · AZN 1299 · AZN 1 299 · ₼1299 · 0.50 AZN · 0,99 AZN · 29 man. · 29 manat 90 qəpik
    24.99 AZN/ay · 15 ₼/ay · 12 x 108.33 AZN · 12 ay × 99 ₼ · 18 ay 0% · 299-499 AZN · 299–499 ₼ · 1299–1499 AZN
    1 299 – 1 499 AZN · 1 299-1 499 ₼ · 10000-15000 AZN · 250 000 – 300 000 AZN · 999-dan 1999-dək · 100 AZN-dək
    1299.99-1499.99 AZN · 0–50 AZN · 500+ AZN · 5 AZN endirim · -100 AZN · 1 AZN = 1 bal · 12345.67 AZN · 123456.78 AZN`),
  "prices in lira": list(`
    29 TL · 29,90 TL · 29.90 TL · ₺29,90 · 29,90₺ · 1.299 TL · 1.299,90 TL · 1,299.90 TL · 12.990 TL · 129.900 TL
    1.299.000 TL · 1.299.000,00 TL · 12999 TL · 12999,00 TL · 1299000 TL · TRY 1299 · 1299 TRY · 1.000-5.000 TL
    1.000 TL – 5.000 TL · 10.000 - 15.000 TL · 10000-15000 TL · 500 TL ve üzeri · 9 x 1.111 TL · 12 taksit · 250₺ hediye
    100.000–150.000 TL · 2.500.000 TL · 49,99 TL'den · 3 al 2 öde · 1 TL'ye · %20 indirim · %50'ye varan`),
  "prices in roubles": list(`
    299 ₽ · 299 руб. · 299 руб · 299 р. · 1 299 ₽ · 1 299,90 ₽ · 1299 ₽ · 1299,00 ₽ · 12 990 ₽ · 12 990 руб. · 129 990 ₽
    1 299 990 ₽ · 1 299 990 руб. · 12 990 000 ₽ · 1299990 ₽ · RUB 12990 · 12990 RUB · от 999 ₽ · до 50 000 ₽
    от 1 000 до 5 000 ₽ · 1 000–5 000 ₽ · 10 000 – 15 000 ₽ · 10000-15000 ₽ · 100 000 – 150 000 ₽ · 500 ₽/мес
    500 ₽ в месяц · 0 ₽ · 1 ₽ за первый месяц · скидка 20% · −20 % · рассрочка 0-0-24 · 24 × 541 ₽ · кешбэк 5%`),
  "other prices": list(`
    $29 · $29.99 · $1,299.99 · $1299 · 29 USD · 1299.99 USD · €29 · 29,99 € · 1.299,99 € · 1299 EUR · £29.99 · 1 299 GEL
    129 900 ₸ · 1 299 000 ₸ · 12 990 000 сум · 2 499 ₴ · 50 % · 50% · -20% · 1+1 · 2+1=3 · 1+1=3 · 2 = 1 · 100% · 0% · x2
    1000000 AZN uduş · 1 000 000 · 1.000.000 · 10 000 · 100 000 · 1000000 · 5000000 hədiyyə · 1000-5000 · 100000+ məhsul`),
  speeds: list(`
    50 Mbit/s · 100 Mbit/s · 300 Mbit/s · 1000 Mbit/s · 1 Gbit/s · 100 Мбит/с · 500 Мбит/с · 1 Гбит/с · 100/50 Mbit/s
    100/100 Mbps · 1000/500 Mbps · 100/300/500 Mbit/s · 100 / 300 / 500 Mbit/s · 50/100/200/500 · 100-300-500 Mbit/s
    100-1000 Mbit/s · 1000-2000 Mbit/s · 1000–2500 Mbit/s · 2.4 GHz · 5 GHz · 2.4/5 GHz · Wi-Fi 6 · Wi-Fi 6E · 802.11ax
    802.11a/b/g/n/ac · IEEE 802.11 · AX3000 · AC1200 · 10/100/1000 · 10/100/1000BASE-T · 10GbE · fiber-100 · fiber-1000
    fiber_300_plus · gpon-500 · 4G · 5G · LTE-A · 10 GB · 25 GB · 100 QB · 1 TB · 20 ГБ · 1000 dəqiqə · 500 SMS · 5000 mAh
    5000 мАч · 10000-20000 mAh · 1500 kWh · 230 V · 100-240V 50/60Hz · 65 W · 12V/1.5A · 20 000 mAh`),
  versions: list(`
    1.0 · 1.0.0 · 1.2.3 · v1.2.3 · v2.0.0-beta.1 · 10.15.7 · 14.6.1 · Android 14 · iOS 18.1 · iOS 17.6.1 · Windows 11 24H2
    HTML5 · HTTP/2 · TLS 1.3 · USB 3.2 · HDMI 2.1 · Bluetooth 5.3 · DDR5-5600 · PCIe 4.0 · build 1024 · r2026 · 2026.1 · 2026.11
    ISO 9001:2015 · ISO/IEC 27001 · IP67 · IP68 · GOST 12.1.004 · EN 60950-1 · RFC 9110 · MIL-STD-810H · UTF-8 · base64`),
  sizes: list(`
    55" · 65" · 6.7" · 15,6" · 27 inch · 1920x1080 · 1920×1080 · 2560x1440 · 3840 x 2160 · 4K · 8K · 120 Hz · 144Hz
    60x60x85 · 60 x 60 x 85 sm · 595 x 600 x 1850 mm · 170-180 · S/M/L · XL · XXL · 42 · 42.5 · 38-40 · 38/40/42 · 7 kq · 8 кг
    10 kg · 1.5 L · 330 ml · 205/55 R16 · 225/45R17 · 8/256 · 8/256 GB · 12/512GB · 16GB/512GB · 16 GB RAM · 512GB SSD
    1TB NVMe · 100 m² · 85 м² · 3 otaqlı · 2+1 · 3+1 ev · 120 km · 1000 km · 1500-2000 km · 36-46 · 0-3 yaş · 18+`),
  models: list(`
    iPhone 15 Pro Max 256GB · iPhone 15 · iPhone 16 Pro · iPhone15ProMax256GB · Galaxy S24 Ultra · SM-S928B/DS · SM-A556E
    samsung-galaxy-s24-ultra-titanium-grey-256gb · Samsung-Galaxy-S24-Ultra-512GB · Samsung-Galaxy-S24-Ultra
    tv55-samsungcrystal · UE55AU7100UXUZ · QE65QN90DAUXRU · OLED55C46LA · 55PUS8319/12 · KD-55X75WL · WF-1000XM5 · WH-1000XM4
    hp15-laptopryzen5 · HP 15-fd0040ci · ThinkPad X1 Carbon Gen 12 · MacBook Air M3 13 · MacBookProM3 · macbook-pro-14-m3-2024
    ASUS-ROG-Strix-G16-2024 · RTX 4070 · RTX4090 · Ryzen 7 7840HS · i7-13700H · Core i5-1335U · Redmi Note 13 Pro · POCO X6
    Xiaomi-Redmi-Note-13-Pro-5G-8GB-256GB · xiaomi_redmi_note_13_pro_8_256 · PlayStation 5 · PS5 Slim 1TB · Xbox Series X
    Nintendo Switch OLED · Kindle 11 · AirPods Pro 2 · airpods-pro-2-usb-c · Watch Series 9 45mm · router-ax3000 · TL-WR841N
    Archer C6 · Archer AX55 · HG8245H · ZXHN F670L · Keenetic Viva KN-1910 · RB4011iGS+RM · hAP ac2 · DIR-825 · EG8145V5
    BMW X5 · BMW 520d · Mercedes-Benz E200 · Toyota RAV4 · Lada 2107 · KIA Sportage 2024 · Boeing 787-9 · A320neo`),
  "article numbers": list(`
    SKU-12345 · SKU: 12345 · SKU 00123 · ART-4821 · арт. 12345 · Məhsul kodu: 48215 · Ürün kodu 48215 · MPN: KN-1910-01
    KN-1910-01EN · A2848 · MQ9X3RX/A · MU773ZD/A · NX.K6SER.001 · 90NB0XY1-M00010 · BX8071513700K · 100-100000590BOX
    WD10EZEX · MZ-V8P1T0BW · CT16G48C40S5 · B09G9FPHY6 · XR-55A80L · RF-2026-X · PRM-2211 · KOD2026 · YAY2026 · NEWYEAR25
    black-friday-2026 · item_204 · card-3 · plan-2b · p-12 · q3-2026 · №12 · №1 · # 7 · #2026 · Fin kod 7 · pin 4`),
  "words in Azerbaijani": list(`
    Sifariş et · Səbətə at · Səbətə əlavə et · Bir kliklə al · İndi al · Al · Əlaqə · Əlaqə: Bakı ofisi · Zəng edin · Bizə yazın
    İnternet və TV paketi · Mobil tariflər · Sürətli internet · Fərdi · Biznes · Kampaniyalar · Endirimlər · Yeni məhsullar
    Çatdırılma və ödəniş · Pulsuz çatdırılma · Kredit kalkulyatoru · Nağd və ya kartla · Hissə-hissə ödə · Zəmanət 24 ay
    Mağazalar · Filiallar · Xəritədə bax · Bakı, Nizami küçəsi 100 · 28 May metrosu · Nərimanov rayonu, ev 5 · Gəncə · Sumqayıt
    Ətraflı · Daha çox göstər · Geri · Növbəti · Təsdiq et · Ləğv et · Göndər · Axtar · Filtr · Sırala · Müqayisə et · Seçilmişlər
    Şəxsi kabinet · Daxil ol · Qeydiyyat · Şifrəni unutmusunuz? · Çıxış · Dil: AZ · Haqqımızda · Vakansiyalar · Şərtlər · Məxfilik
    Şəxsiyyət vəsiqəsi ilə kredit · Pasport xidmətləri 2026 · FİN kodla giriş · VÖEN ilə ödəniş · Kimlik yoxlanışı · final ve bitmiş`),
  "words in Turkish": list(`
    Sepete ekle · Hemen al · Şimdi satın al · Satın al · Sipariş ver · Müşteri hizmetleri · Bize ulaşın · Hakkımızda · Giriş yap
    Üye ol · Şifremi unuttum · Kampanyalar · İndirimli ürünler · Yeni gelenler · Çok satanlar · Ücretsiz kargo · Hızlı teslimat
    Kredi kartına 12 taksit · Kapıda ödeme · Mağazalar · En yakın mağaza · Haritada gör · Detaylı bilgi · Devamını oku · Paylaş
    Favorilere ekle · Karşılaştır · Filtrele · Sırala: fiyat artan · Ünlü 👍🏽 seçim · Evde internet · Taahhütsüz 100 Mbps · Faturasız
    Kimlik fotokopisi · Pasaport işlemleri 2026 · T.C. vatandaşları · Şubeler · Kadıköy / İstanbul · No: 12 Kat: 3 · Çerez tercihleri`),
  "words in Russian": list(`
    Заказать звонок · Купить · Купить в 1 клик · В корзину · Добавить в корзину · Оформить заказ · Подробнее · Показать ещё · Назад
    Далее · Отправить · Отмена · Войти · Регистрация · Забыли пароль? · Личный кабинет · Акции · Скидки · Новинки · Хиты продаж
    Доставка и оплата · Бесплатная доставка · Рассрочка 0-0-12 · Гарантия 24 мес. · Магазины · Адреса магазинов · На карте · О компании
    Тариф «Домашний» 100 Мбит/с · Тариф «Всё включено» · Интернет + ТВ · Интернет и ТВ 100 каналов · Подключить · Сменить тариф
    Техподдержка 24/7 · Частным лицам · Бизнесу · Паспорт товара · Паспорт качества 2026 · ИНН и реквизиты · финансы 2026год
    Пин-код карты · Финал 2026 · ул. Низами, 100 · д. 5, кв. 12 · 3 этаж · офис 301 · м. 28 Мая · Баку · точка продаж · собака и кошка`),
  "words in English": list(`
    Add to basket · Add to cart · Buy now · Checkout · Order now · See the plans · Choose Fiber 100 · Learn more · Read more · Show all
    Sign in · Sign up · Forgot password? · Log out · My account · Contact us · Call us · Call me back · Write to us · Find a shop
    Free delivery · Track your order · Compare · Wishlist · Filter · Sort by price · Next · Previous · Back · Submit · Cancel · Close
    Price list, PDF · Terms & conditions · Privacy policy · Q&A · R&D · FAQ · Shop at example street · Meet at noon · Look at the dot
    Passport services 2026 · Pin it · Fin tuning · Inn and hotel 2026 · Final 4 · Top 10 · Best of 2026 · 5 stars · 4.8/5 · 4,9 (1 204)
    (1 204 reviews) · Page 2 of 10 · 1-20 of 340 · 1–24 / 1 240 · Save 20% · 2 for 1 · a@ · @shop · C++ · C# · Disney+ · 100% cotton`),
  labels: list(`
    header · footer · header-call · header_call · header-phone · hero-plans · hero-call · plan-fiber-100 · home-fiber-100 · home-tv-box
    contacts-call · contacts-whatsapp · contacts-telegram · contacts-map · contacts-email · price-list · nav-main · nav.plans
    cta_home_hero_banner_left_variant_2 · cta-bottom-2 · banner_728x90 · banner-300x250-right · slider:3 · tab/2 · faq-item-12
    addToCart · add_to_cart_button · btnBuyNow · openChatWidget · toggleMobileMenu · downloadPriceListPdf · showAllProducts2
    productCardImage · CheckoutStepTwo · checkout:step-2 · search:submit · filter[brand]=samsung · sort=price_asc · page=2
    internationalization · serviceAvailabilityCheck · internet+tv+telefon · tv+internet · a+b · A/B test 3 · experiment-42-b`),
  paths: list(`
    /az/internet/tariflər · /ru/tarify/domashniy-100 · /tr/kampanyalar/2026 · /products/tv/samsung-55 · /news/2026/11/22
    /news/2026-11-22 · /blog/2026/11/yeni-tariflər · /devices/router-ax3000 · /catalog/notebooks?page=2 · /plans#fiber-100
    /sale/black-friday-2026 · index.html · price_2026.pdf · qiymetler-2026-11.pdf · katalog_2025-2026.pdf · img_0123.jpg
    banner-1200x628.png · /az · /help/faq · /services/iptv/channels-160 · /wp-content/uploads/2026/11 · styles.3f2a1b.css`),
  promotions: list(`
    Black Friday 2026 · 11.11 · 11.11 endirimləri · 12.12 Sale · Yay kampaniyası 2026 · Yeni il 2027 · Novruz kampaniyası · 8 Mart -30%
    Ramazan 2026 · Qurban bayramı · 1 al 2 apar · 3=2 · 50% endirim · -50% · Qara cümə 27.11–30.11.2026 · Kiber bazar ertəsi
    Чёрная пятница 2026 · Новогодняя распродажа · 11.11 скидки до 70% · Кэшбэк 10% · Sezon sonu · Yılbaşı 2027 · Efsane Cuma 2026
    Back to School 2026 · Summer Sale -40% · newsletter_2026_11 · nov2026_az_retargeting · brand_search_az · google_cpc_2026q4
    utm-email-2026-11 · fb_lookalike_1pct · yandex_direct_baku · insta-stories-03 · tiktok_spark_ads_v2 · spring24 · q4_push_b`),
};

function list(lines: string): string[] {
  return lines
    .split(/\n| · /)
    .map((line) => line.trim())
    .filter((line) => line !== "");
}
