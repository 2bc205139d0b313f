import { z } from "zod";

/** The days of a jurisdiction that are no business days. A file, so that whoever knows better can edit it. */
export const calendarSchema = z.strictObject({
  $schema: z.string().optional(),
  /** Where the list comes from, for whoever checks it. */
  source: z.string().trim().min(1),
  /** `01-20` for every year, `2027-03-10` for one. When in doubt leave a day out: the deadline is then earlier. */
  holidays: z.array(z.string().refine(isDay, "is no day, such as 01-20 for every year or 2027-03-10 for one")),
});

/** A day of a leap year is one too. */
function isDay(text: string): boolean {
  const whole = /^\d{2}-\d{2}$/.test(text) ? `2024-${text}` : text;
  const day = new Date(`${whole}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(whole) && !Number.isNaN(day.getTime()) && day.toISOString().startsWith(whole);
}
