import { fold } from "../fold.ts";

/**
 * Words that name a special category of personal data (CN-1.8, KG-2.2): health, religion, politics, membership of a union,
 * sex life, origin, biometrics. Closed, in English, Azerbaijani, Turkish and Russian, folded as `fold` does,
 * Russian also as people write it in Latin letters. Several words of one name are written together.
 */
const words = new Set(
  `
  health healthstatus healthcondition medical medicalhistory medicalrecord medicalrecords diagnosis diagnoses disease
  diseases illness symptom symptoms treatment prescription medication disability pregnancy pregnant patient bloodtype
  bloodgroup hiv hivstatus mentalhealth allergy allergies icd10
  saglamliq diaqnoz xestelik xestelikler simptom simptomlar mualice resept derman elillik hamilelik xeste qanqrupu psixiatriya
  saglik tani teshis hastalik hastaliklar semptom semptomlar tedavi recete ilac engellilik gebelik hasta kangrubu
  здоровье диагноз диагнозы болезнь болезни заболевание симптом симптомы лечение рецепт лекарство инвалидность
  беременность пациент группакрови вич zdorovye zdorovie diagnoz bolezn zabolevanie lechenie invalidnost

  religion religions religious faith denomination confession beliefs
  din dini dinimensubiyyet mezheb etiqad inanc diniinanc mezhep
  религия вероисповедание вера конфессия religiya veroispovedanie

  politics politicalparty politicalview politicalviews politicalopinion politicalopinions partymembership
  siyaset siyasibaxis siyasipartiya partiyauzvluyu siyasigorus siyasiparti partiuyeligi
  политика политическиевзгляды партия партийность politicheskievzglyady

  tradeunion unionmember unionmembership hemkarlar hemkarlarittifaqi sendika sendikauyeligi профсоюз profsoyuz

  sex sexlife sexuality sexualorientation orientation sexualpreference
  cinsiyet cinsihayat cinsioryentasiya cinselhayat cinselyonelim cinsellik
  сексуальность сексуальнаяориентация ориентация seksualnost orientaciya

  race ethnicity ethnicorigin ethnicgroup irq etnikmenseb milliyyet irk etnikkoken milliyet
  раса этничность национальность nacionalnost natsionalnost

  biometrics biometric fingerprint faceid faceprint iris retina voiceprint dna genetic genome
  biometriya biometrik barmaqizi genetik biyometri biyometrik parmakizi биометрия отпечаток днк biometria
  `
    .split(/\s+/)
    .filter((word) => word !== "")
    .map(fold),
);

const separators = /[\s_.\-[\]()+:]+/;

/** Whether all of a text is such a name, as in the segment of a path before its value: `/diagnosis/…`, `/din/…`. */
export function isSpecial(text: string): boolean {
  const folded = fold(text);
  return words.has(separators.test(folded) ? folded.split(separators).join("") : folded);
}

/** Whether a key holds such a name, however it is put together: `patient[diagnosis]`, `userReligion`, `din_id`. */
export function namesSpecial(key: string): boolean {
  const parts = fold(key.replace(/(?<=[\p{Ll}\d])(?=\p{Lu})/gu, "_"))
    .split(separators)
    .filter((part) => part !== "");
  return parts.some((part, i) => words.has(part) || words.has(part + (parts[i + 1] ?? "")));
}
