import type { Charge } from "./charges";
import { type Estimate, type ResourceCost, total, unknownIn } from "./estimate";

/** The estimate of a stack. */
export interface StackEstimate extends Estimate {
    stack: string;
}

/** Formats estimates as a table by component, with a column for each stack. */
export function formatCosts(stacks: StackEstimate[]): string {
    return [...table(stacks), "", ...usage(stacks), ...unknowns(stacks), ...stacks.map(sum), "", ...notes(stacks)]
        .join("\n")
        .concat("\n");
}

/** An amount per month: $1,234.56. */
export const dollars = (amount: number): string => grouped(amount.toFixed(2));

/** The price of a unit, with all of its digits: $0.0000025. */
const exactDollars = (amount: number): string => grouped(amount.toFixed(9).replace(/(\.\d\d\d*?)0+$/, "$1"));

const grouped = (text: string) => `$${text.replaceAll(/\B(?=(\d{3})+\.)/g, ",")}`;

const range = ({ atLeast, atMost }: Pick<Estimate, "atLeast" | "atMost">) =>
    atMost === undefined
        ? `from ${dollars(atLeast)}`
        : atMost.toFixed(2) === atLeast.toFixed(2)
          ? dollars(atLeast)
          : `${dollars(atLeast)} to ${dollars(atMost)}`;

const componentsIn = (stacks: StackEstimate[]) => [
    ...new Set(stacks.flatMap(({ resources }) => resources.map(({ component }) => component))),
];

const partsOf = ({ resources }: StackEstimate, component: string) =>
    resources.filter((each) => each.component === component);

/** What a component costs in a stack, in one cell. */
function cell(parts: ResourceCost[]): string {
    if (parts.length === 0) {
        return "–";
    }
    const kinds = new Set(parts.flatMap(({ charges }) => charges.map(({ kind }) => kind)));
    const amount = kinds.has("fixed") ? [range(total(parts))] : [];
    return [...amount, ...(kinds.has("usage") ? ["by use"] : []), ...(kinds.has("unknown") ? ["unknown"] : [])].join(
        " + ",
    );
}

/** Components with a row each, and the resources that are billed as long as they exist below them. */
function table(stacks: StackEstimate[]): string[] {
    const rows = componentsIn(stacks).flatMap((component) => [
        [component, ...stacks.map((stack) => cell(partsOf(stack, component)))],
        ...details(stacks, component),
    ]);
    const all = [["USD per month", ...stacks.map(({ stack }) => stack)], ...rows];
    const widths = all[0]?.map((_, column) => Math.max(...all.map((row) => (row[column] ?? "").length))) ?? [];
    const line = (row: string[]) =>
        row
            .map((text, column) => (column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0)))
            .join("  ")
            .trimEnd();
    const ruler = widths.map((width) => "─".repeat(width)).join("  ");
    return [line(all[0] as string[]), ruler, ...rows.map(line)];
}

/** A row for each fixed charge of a component; stacks with the same item share it. */
function details(stacks: StackEstimate[], component: string): string[][] {
    const fixed = stacks.map((stack) =>
        partsOf(stack, component).flatMap(({ resource, charges }) =>
            charges.flatMap((each) =>
                each.kind === "fixed" ? [{ label: `  ${resource}: ${each.item}`, charge: each }] : [],
            ),
        ),
    );
    return [...new Set(fixed.flat().map(({ label }) => label))].map((label) => [
        label,
        ...fixed.map((charges) => {
            const same = charges.filter((each) => each.label === label).map(({ charge }) => charge);
            const isLimited = same.every(({ max }) => max !== undefined);
            const atLeast = same.reduce((all, { min }) => all + min, 0);
            return same.length === 0
                ? "–"
                : range({ atLeast, ...(isLimited && { atMost: same.reduce((all, { max }) => all + (max ?? 0), 0) }) });
        }),
    ]);
}

/** What is billed by use, once for all stacks where it is the same. */
function usage(stacks: StackEstimate[]): string[] {
    const lines = componentsIn(stacks).flatMap((component) => {
        const byText = new Map<string, string[]>();
        for (const stack of stacks) {
            for (const text of new Set(
                partsOf(stack, component).flatMap(({ charges }) => charges.flatMap(usageText)),
            )) {
                byText.set(text, [...(byText.get(text) ?? []), stack.stack]);
            }
        }
        const texts = [...byText].map(([text, names]) =>
            names.length < stacks.length ? `${text} (${names.join(", ")})` : text,
        );
        return texts.length > 0 ? [`  ${component}`, ...texts.map((text) => `    ${text}`)] : [];
    });
    return lines.length > 0 ? ["Billed by use", ...lines, ""] : [];
}

const usageText = (charge: Charge): string[] =>
    charge.kind === "usage"
        ? [
              `${charge.item}: ${exactDollars(charge.price.amount)} per ${charge.price.unit}${charge.free ? ` after ${charge.free}` : ""}`,
          ]
        : [];

/** What has no price, by component and type, with the names of the resources. */
function unknowns(stacks: StackEstimate[]): string[] {
    const found = stacks.flatMap(({ stack, resources }) =>
        resources.flatMap((cost) =>
            unknownIn(cost).map(({ item, reason }) => {
                const [type = "", name = ""] = cost.resource.split(" ");
                const above = cost.component === cost.resource ? "" : `${cost.component}: `;
                return { stack, name, type: `${above}${type}`, why: `${item}: ${reason}` };
            }),
        ),
    );
    const keys = [...new Set(found.map(({ type, why }) => JSON.stringify([type, why])))];
    const lines = keys.map((key) => {
        const same = found.filter(({ type, why }) => JSON.stringify([type, why]) === key);
        const [type, why] = JSON.parse(key) as [string, string];
        const names = [...new Set(same.map(({ stack }) => stack))];
        const only = names.length < stacks.length ? ` (${names.join(", ")})` : "";
        return `  ${type} ${[...new Set(same.map(({ name }) => name))].join(", ")}: ${why}${only}`;
    });
    return lines.length > 0 ? ["Unknown price", ...lines, ""] : [];
}

/** The sum, which never hides what is not in it. */
export function sum({ stack, atLeast, atMost, unknown, resources }: StackEstimate): string {
    const isUsed = resources.some(({ charges }) => charges.some(({ kind }) => kind === "usage"));
    const scaled =
        atMost !== undefined && atMost - atLeast >= 0.005
            ? ` (${dollars(atMost)} with all instances that scaling allows, always busy)`
            : "";
    const unpriced =
        unknown === 0 ? "" : `, and ${unknown} ${unknown === 1 ? "resource" : "resources"} of unknown price`;
    const used = isUsed ? `${unknown === 0 ? ", and" : ","} what is billed by use` : "";
    return `${stack}: at least ${dollars(atLeast)} per month${scaled}${used}${unpriced}.`;
}

/** What holds for all amounts, and how old the prices are. */
function notes(stacks: StackEstimate[]): string[] {
    const days = stacks
        .flatMap(({ resources }) => resources.flatMap(({ charges }) => charges))
        .flatMap((charge) => (charge.kind === "unknown" ? [] : [charge.price.checked]))
        .sort();
    return [
        "List prices for 730 hours, before free amounts, discounts for sustained and committed use, and taxes. Traffic and operations of Cloud",
        "Storage are not included.",
        ...(days.length > 0
            ? [
                  `Dates of these prices: ${[...new Set([days[0], days.at(-1)])].join(" to ")}. --json has the source and date of each price.`,
              ]
            : []),
    ];
}
