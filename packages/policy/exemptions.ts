import { RunError } from "@pulumi/pulumi";

/** Accepts that some resources break a rule, for a reason and until a day. */
export interface Exemption {
    /** The name of the rule. */
    rule: string;
    /** The name or the URN of the resources, in which `*` is any text. */
    resource: string;
    /** Why it is accepted. Shown once the exemption has ended. */
    reason: string;
    /** The last day on which it applies, in UTC: `2027-01-31`. */
    until: string;
}

/** Today in UTC, as `2027-01-31`. */
export type Today = () => string;

export const today: Today = () => new Date().toISOString().slice(0, 10);

/** Returns the exemptions of a list that apply to a finding, those that have ended as well. */
export function exemptionsOf(
    exemptions: Exemption[],
    { rule, name, urn }: { rule: string; name: string; urn: string },
): Exemption[] {
    return exemptions.filter((each) => each.rule === rule && [name, urn].some((text) => matches(text, each.resource)));
}

/** Whether an exemption still applies. */
export const isCurrent = ({ until }: Exemption, now: Today) => now() <= until;

/** Refuses exemptions of unknown rules, without a reason, or without an end. */
export function checkExemptions(exemptions: Exemption[], rules: { name: string }[]): void {
    const problems = exemptions.flatMap(({ rule, resource, reason, until }, index) => {
        const at = `exemptions[${index}]`;
        return [
            !rules.some(({ name }) => name === rule) && `${at}.rule: no rule has the name ${JSON.stringify(rule)}.`,
            !isText(resource) && `${at}.resource: must be the name or the URN of resources, in which * is any text.`,
            !isText(reason) && `${at}.reason: must say why the resources may break the rule.`,
            !isDay(until) &&
                `${at}.until: must be the last day, such as "2027-01-31" (got ${JSON.stringify(until) ?? "none"}).`,
        ].filter((problem) => problem !== false);
    });
    if (problems.length > 0) {
        throw new RunError(`The policies have invalid exemptions:\n${problems.map((each) => `- ${each}`).join("\n")}`);
    }
}

const isText = (value: unknown) => typeof value === "string" && value.trim() !== "";

/** Whether a text is a day of the calendar in ISO 8601. */
function isDay(value: unknown): boolean {
    if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d$/.test(value)) {
        return false;
    }
    const date = new Date(`${value}T00:00:00Z`);
    return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(value);
}

function matches(text: string, pattern: string): boolean {
    const parts = pattern.split("*").map((part) => part.replaceAll(/[\\^$.|?+()[\]{}]/g, "\\$&"));
    return new RegExp(`^${parts.join(".*")}$`, "s").test(text);
}
