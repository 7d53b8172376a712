import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";

interface Rate {
    cases: number;
    passed: number;
}

/** What a run of all cases of a judge found (`judges/oracles/judge.ts`). */
interface Results {
    services: Record<string, Rate & { excepted: number }>;
    heldOut: Rate;
    errors?: { open: Rate; heldOut: Rate };
    first: { open: Rate; heldOut: Rate };
}

function results(docs: string): [judge: string, found: Results][] {
    const folder = join(docs, "..", "judges", "oracles", "results");
    return readdirSync(folder)
        .sort()
        .map((file) => [basename(file, ".json"), JSON.parse(readFileSync(join(folder, file), "utf8"))]);
}

const sum = (rates: Rate[]): Rate => ({
    cases: rates.reduce((total, { cases }) => total + cases, 0),
    passed: rates.reduce((total, { passed }) => total + passed, 0),
});

const percent = ({ cases, passed }: Rate) => `${Math.round((1000 * passed) / cases) / 10} %`;
const count = (rate: Rate) => `${rate.passed.toLocaleString("en-US")} of ${rate.cases.toLocaleString("en-US")}`;

/** The rates of all judges. */
export function judgeTotals(docs: string): string {
    const row = (of: string, open: Rate, heldOut: Rate, first?: Results["first"]) => {
        const [openFirst, heldOutFirst] = [first?.open, first?.heldOut].map((rate) => (rate ? percent(rate) : ""));
        const cells = [count(open), percent(open), openFirst, count(heldOut), percent(heldOut), heldOutFirst];
        return `| ${[of, ...cells].join(" | ")} |`;
    };
    const rows = results(docs).flatMap(([judge, { services, heldOut, errors, first }]) => [
        row(judge, sum(Object.values(services)), heldOut, first),
        ...(errors ? [row(`${judge}: expected errors`, errors.open, errors.heldOut)] : []),
    ]);
    return ["| judge | passed | | at first | held out | | at first |", "|---|--:|--:|--:|--:|--:|--:|", ...rows].join(
        "\n",
    );
}

/** By service, how many cases of each judge pass. */
export function judgedServices(docs: string): string {
    const all = results(docs);
    const services = [...new Set(all.flatMap(([, found]) => Object.keys(found.services)))].sort();
    const cell = (rate: Rate | undefined) => (rate ? `${rate.passed} / ${rate.cases}` : "");
    return [
        `| service | ${all.map(([judge]) => judge).join(" | ")} |`,
        `|---|${all.map(() => "--:|").join("")}`,
        ...services.map(
            (service) => `| ${[service, ...all.map(([, found]) => cell(found.services[service]))].join(" | ")} |`,
        ),
    ].join("\n");
}
