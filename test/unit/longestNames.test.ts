import * as pulumi from "@pulumi/pulumi";
import { labelLimits } from "../../lib/facts/limits/labels";
import { nameFormats } from "../../lib/facts/names";
import { checkFailures } from "../../local/simulator/provider/inputChecks";
import { InstalledProvider } from "../../local/simulator/provider/installed";
import { Types } from "../../local/simulator/provider/types";
import { problemsOf } from "../../local/simulator/schema/validators";
import type * as everythingOf from "./everything";
import { answeringFolder } from "./folders";
import { type LongestNames, lengthening } from "./lengthened";
import { registeredTypes } from "./registered";

/** Keys by which the program refers to something, and databases to which consumers connect by sockets, whose paths are limited. */
const mockFixed = [
    ...[
        "rows",
        "half",
        "latest",
        "daily",
        "reports",
        "predictions",
        "owner",
        "app",
        "shop",
        "sales",
        "forecast",
        "near",
        "far",
        "gone",
        "http",
        "prod",
        "dev",
        "acme-shop",
        "pods",
        "services",
    ],
    ...["service-open", "app-database", "stock"],
];
jest.mock("slipway", () => lengthening(jest.requireActual("slipway"), mockFixed));
jest.mock("slipway/gke", () => lengthening(jest.requireActual("slipway/gke"), mockFixed));
// Names change nothing in the files of DAGs, and only the message of an unknown argument has its suggestions.
const mockChecked = new Map<string, object>();
jest.mock("../../lib/composer/preflight/dags", () => ({
    checkDags(args: { dags: string }) {
        const { checkDags } = jest.requireActual("../../lib/composer/preflight/dags");
        const checked = mockChecked.get(args.dags) ?? checkDags(args);
        mockChecked.set(args.dags, checked);
        return checked;
    },
}));
jest.mock("../../lib/internal/arguments/optionAnswer", () => ({ optionAnswer: () => undefined }));
const { collected, everything } = require("./everything") as typeof everythingOf;

const folder = answeringFolder();
const types = new Types(new InstalledProvider(process.cwd()), () => undefined);

const { rows: format } = nameFormats;

/** The maximum length of each name, title and description, by the end of its type and property. */
const rows: LongestNames = {
    ...collected("longestNames"),
    // https://cloud.google.com/iam/quotas
    " condition.title": 100,
    "pulumi:providers:gcp defaultLabels": "unlimited",
};
const maxima = Object.entries(rows).flatMap(([end, max]) => (max === "unlimited" ? [] : ([[end, max]] as const)));
const unlimited = Object.keys(rows).filter((end) => rows[end] === "unlimited");

const maximumOf = (type: string, path: string): number | undefined => {
    const id = `${type} ${path}`;
    const row = maxima.find(([end]) => id.endsWith(end));
    const isLabel = /(^|\.)(labels|userLabels|resourceLabels)\.[^.]+$/.test(path) && type.startsWith("gcp:");
    return (
        row?.[1] ??
        (isLabel
            ? labelLimits.rows.value.max
            : path === "name" && type.startsWith("gcp:compute/")
              ? format.computeResource.max
              : path === "name" && type.startsWith("gcp:certificatemanager/")
                ? format.certificateManager.max
                : path === "metadata.name" && type.startsWith("kubernetes:")
                  ? kubernetesName
                  : undefined)
    );
};

/** Whether the schema of the provider has a maximum length: a pattern can have none. */
const isLimitedBySchema = ({ type, path, value }: Leaf): boolean =>
    type.startsWith("gcp:") &&
    types
        .get(type)
        .flags.accepted.filter((each) => each.path === path)
        .some(({ validators, type: kind }) =>
            validators.some((each) => problemsOf(each, value.padEnd(5000, "x"), path, kind).length > 0),
        );

/** Whether a property is what the resource itself is called: a name, an ID such as `secretId` of a secret, or a text for people. */
function isOwnName({ type, path }: Leaf): boolean {
    if (!type.startsWith("gcp:") || types.get(type).rules.policy) {
        return false;
    }
    const kind = type.split(":").at(-1)?.toLowerCase() ?? "";
    return (
        types.get(type).autonamed.includes(path) ||
        /(^|\.)(shortName|\w*[dD]isplayName|description|title)$/.test(path) ||
        (/^\w+Id$/.test(path) && kind.endsWith(path.slice(0, -2).toLowerCase()))
    );
}

/** The limit of https://kubernetes.io/docs/concepts/overview/working-with-objects/names/ of most objects. */
const kubernetesName = 253;

interface Leaf {
    type: string;
    path: string;
    value: string;
}

/** All texts of a value that contain a lengthened name. `*` is a lengthened key. */
function leavesOf(type: string, value: unknown, path: string[] = []): Leaf[] {
    if (typeof value === "string") {
        return value.includes("xxx") ? [{ type, path: path.join("."), value }] : [];
    }
    return typeof value !== "object" || value === null
        ? []
        : Object.entries(value).flatMap(([key, inner]) =>
              leavesOf(type, inner, Array.isArray(value) ? path : [...path, key.includes("xxx") ? "*" : key]),
          );
}

/** The inputs as the provider gets them. */
const revealed = (value: unknown): unknown =>
    Array.isArray(value)
        ? value.map(revealed)
        : typeof value === "object" && value !== null
          ? "secret" in value && Object.keys(value).length === 1
              ? revealed(value.secret)
              : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, revealed(inner)]))
          : value;

jest.spyOn(pulumi.log, "warn").mockResolvedValue();

test("what is named after components and keys with the longest names is within its limit", async () => {
    const made = await registeredTypes(() => everything(folder));
    const refusals = made
        .filter(({ type }) => type.startsWith("gcp:"))
        .flatMap(({ key, type, inputs }) =>
            checkFailures(revealed(inputs) as Record<string, unknown>, types.get(type)).map(
                ({ property, reason }) => `${key}: ${property}: ${reason}`,
            ),
        );
    expect(refusals).toEqual([]);
    const leaves = made.flatMap(({ type, inputs }) => leavesOf(type, inputs));
    const tooLong = leaves.filter(
        ({ type, path, value }) => Buffer.byteLength(value) > (maximumOf(type, path) ?? value.length),
    );
    expect(tooLong).toEqual([]);
    const used = maxima.filter(([end]) => leaves.some(({ type, path }) => `${type} ${path}`.endsWith(end)));
    expect(maxima.filter((row) => !used.includes(row)).map(([end]) => end)).toEqual([]);
    const limited = leaves.filter(({ type, path }) => maximumOf(type, path) !== undefined).map(({ value }) => value);
    const names = [...new Set(limited)].sort((one, other) => one.length - other.length);
    const without = leaves.filter(
        (leaf) =>
            maximumOf(leaf.type, leaf.path) === undefined &&
            !isLimitedBySchema(leaf) &&
            (isOwnName(leaf) || !names.some((name) => leaf.value.includes(name))),
    );
    const named = new Map(without.map(({ type, path, value }) => [`${type} ${path}`, value.split("xxx")[0]]));
    const missing = [...named].filter(([id]) => !unlimited.includes(id));
    expect(
        missing.map(
            ([id, name]) =>
                `Add "${id}" with its maximum length, or "unlimited", to longestNames in the *.program.ts that creates "${name}".`,
        ),
    ).toEqual([]);
    expect(unlimited.filter((id) => !named.has(id))).toEqual([]);
});
