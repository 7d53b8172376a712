import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { type Charge, hoursPerMonth } from "../../../local/commands/cost/charges";
import { estimate, pricedTypes } from "../../../local/commands/cost/estimate";
import type { Exported } from "../../../local/machine/exported";
import { toInputs, tokenOf } from "../../../local/simulator/schema/terraform";
import { Evaluator, type Plan } from "../acceptance/evaluator";
import { type Case, matches } from "../judge";

/** A row of the table that Infracost prints for a configuration. */
interface Row {
    /** The address. */
    resource: string;
    name: string;
    unit: string;
    /** Of what is billed each month: how much of it, and for what amount. */
    quantity?: number;
    cost?: number;
    /** Of what is billed by use: the price of a unit. */
    price?: number;
}

interface Golden {
    name: string;
    /** In Terraform's language. */
    text: string;
    /** The addresses of resources whose use the test sets. */
    usage: string[];
    rows: Row[];
}

/** A price that a test of Infracost expects. */
export interface PriceCase extends Case {
    golden: Golden;
    row: Row;
}

function goldens(): Golden[] {
    return JSON.parse(gunzipSync(readFileSync(join(__dirname, "goldens.json.gz"))).toString()).tests;
}

const typeOf = (address: string) => address.split(".")[0] as string;

const isPriced = (address: string) => pricedTypes.has(tokenOf(typeOf(address)) ?? "");

/** Rows that are not compared, by pattern. */
export const leftOut: { case: string; reason: string }[] = JSON.parse(
    readFileSync(join(__dirname, "leftOut.json"), "utf8"),
);

/** All prices of resources whose type has prices here. */
export const allCases = (): PriceCase[] =>
    goldens().flatMap((golden) =>
        golden.rows.flatMap((row, index) => {
            const [, service] = /^gcp:(\w+)\//.exec(tokenOf(typeOf(row.resource)) ?? "") ?? [];
            // Rows of node pools in a cluster have the same names.
            const name = `${golden.name} ${row.resource} ${index}: ${row.name}`;
            return service === undefined || !isPriced(row.resource)
                ? []
                : [{ name, unit: golden.name, service, golden, row }];
        }),
    );

/** Those that are compared. */
export const cases = (): PriceCase[] =>
    allCases().filter(({ name }) => !leftOut.some((row) => matches(row.case, name)));

/** Types of the other prices. */
export const otherTypes = (): string[] => [
    ...new Set(
        goldens()
            .flatMap(({ rows }) => rows.map(({ resource }) => typeOf(resource)))
            .filter((type) => !isPriced(type)),
    ),
];

/** The resources of a configuration as a stack has them. */
function exportedOf({ providers, resources }: Plan): Exported[] {
    const [{ attributes: { region, project } = {} } = {}] = providers;
    const provider: Exported = {
        urn: "provider",
        type: "pulumi:providers:gcp",
        custom: true,
        id: "id",
        inputs: { region, project },
    };
    const managed = resources.filter(({ mode, type }) => mode === "managed" && tokenOf(type) !== undefined);
    return [
        provider,
        ...managed.map(({ address, type, attributes, needs = [] }) => {
            const token = tokenOf(type) as string;
            const inputs = toInputs(token, attributes, () => undefined);
            const urns = managed
                .map((each) => each.address)
                .filter((each) => needs.includes(each.replace(/\[.*$/, "")));
            const dependencies = Object.fromEntries(Object.keys(inputs).map((property) => [property, urns]));
            return {
                urn: address,
                type: token,
                custom: true,
                provider: "provider::id",
                inputs,
                propertyDependencies: dependencies,
            };
        }),
    ];
}

/** The charges of each resource of all configurations. */
export async function chargesOfAll(): Promise<(golden: Golden, address: string) => Charge[]> {
    const folder = mkdtempSync(join(tmpdir(), "slipway-infracost-"));
    const evaluator = await Evaluator.start(join(__dirname, "..", "acceptance", "example"), join(folder, "evaluator"));
    const found = new Map<string, Charge[]>();
    try {
        for (const golden of goldens()) {
            const plan = await evaluator.plan(golden.text, {});
            for (const { urn, charges } of estimate(exportedOf(plan)).resources) {
                found.set(`${golden.name} ${urn}`, charges);
            }
        }
    } finally {
        await evaluator.close();
        rmSync(folder, { recursive: true });
    }
    return ({ name }, address) => found.get(`${name} ${address}`) ?? [];
}

/** What remains of the price of machines after the discount for sustained use: https://cloud.google.com/compute/docs/sustained-use-discounts */
const sustained: [series: RegExp, share: number][] = [
    [/^([\d, ]+× )?(n1|f1|g1|m1|m2)-/, 0.7],
    [/^([\d, ]+× )?(n2|n2d|c2)-/, 0.8],
];

const shareOf = (item: string) => sustained.find(([series]) => series.test(item))?.[1] ?? 1;

const isClose = (one: number, other: number) => Math.abs(one - other) <= Math.max(0.0051, other * 0.0005);
/** Infracost prints prices with two digits. */
const isSame = (one: number, other: number) => Math.abs(one - other) <= other * 0.01;

/** The price of a unit, as Infracost has it: of one of a million, and of pods per month. */
const unitPrice = ({ price: { amount, unit } }: Extract<Charge, { price: unknown }>, of: string) =>
    unit.startsWith("million ") && !of.startsWith("1M")
        ? amount / 1e6
        : /^(vCPU|GiB)-hour$/.test(unit)
          ? amount * hoursPerMonth
          : amount;

/** Whether a charge is the one of a row. */
function agrees(charge: Charge, { cost, quantity = 1, price, unit }: Row, setsUsage: boolean): boolean {
    if (charge.kind === "unknown") {
        return false;
    }
    const share = shareOf(charge.item);
    if (cost === undefined) {
        return isSame(unitPrice(charge, unit), price ?? 0);
    }
    const amounts = charge.kind === "fixed" ? [charge.min, charge.max ?? charge.min] : [];
    return (
        amounts.some((amount) => isClose(amount, cost) || isClose(amount * share, cost)) ||
        (setsUsage && [1, share].some((part) => isSame(unitPrice(charge, unit) * part, cost / quantity)))
    );
}

/** What differs: nothing if one of the charges is the one of the row. */
export function differences(charges: Charge[], { golden, row }: PriceCase): string[] {
    if (charges.some((charge) => agrees(charge, row, golden.usage.includes(row.resource)))) {
        return [];
    }
    const expected =
        row.cost === undefined ? `$${row.price} per ${row.unit}` : `$${row.cost} for ${row.quantity} ${row.unit}`;
    const said = charges.map((charge) =>
        charge.kind === "unknown"
            ? `${charge.item} unknown`
            : charge.kind === "usage"
              ? `${charge.item} ${charge.price.amount} per ${charge.price.unit}`
              : `${charge.item} ${charge.min.toFixed(2)}${charge.max === charge.min ? "" : ` to ${charge.max?.toFixed(2)}`}`,
    );
    return [`${expected}, here ${said.join("; ") || "nothing"}`];
}
