import { cloudSqlFlags, cloudSqlMachine, type Flag, type FlagType } from "slipway/facts";
import { isBefore } from "../../../../lib/formats";
import { GoogleError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";
import { editionOf, engineKey, versionName } from "./versions";

/** Whether a value, which is a string in the API, is valid for a flag. */
function isValue(type: FlagType, value: string): boolean {
    switch (type.kind) {
        case "toggle":
            return /^(on|off|0|1)$/i.test(value);
        case "off":
            return /^(off|0)$/i.test(value);
        case "text":
            return true;
        case "format":
            return type.pattern.test(value);
        case "choice":
            return type.words.some((word) => word.toLowerCase() === value.toLowerCase());
        case "choices":
            return value.split(",").every((word) => type.words.includes(word.trim()));
        default: {
            const form = type.kind === "integer" ? /^-?\d+$/ : /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;
            const number = Number(value);
            return (
                form.test(value) &&
                ((number >= type.min && number <= (type.max ?? Number.MAX_VALUE)) || number === type.or)
            );
        }
    }
}

/** Whether a database version supports a flag. */
const isIn = ({ since, before }: Flag, version: string): boolean =>
    !(since && isBefore(version, since)) && !(before && !isBefore(version, before));

interface GivenFlag {
    name: string;
    value: string;
}

/** A flag that is only set at the creation has the same value then and now; MySQL's is "0" by default. */
function verifyFixedFlags(known: Map<string, Flag>, version: string, input: GivenFlag[], old?: Inputs): void {
    const before = (old?.settings?.databaseFlags ?? []) as GivenFlag[];
    const flagIn = (flags: GivenFlag[], wanted: string) => flags.find(({ name }) => name === wanted)?.value ?? "0";
    for (const [name, { fixedSince }] of known) {
        const isFixed = old && fixedSince && !isBefore(version, fixedSince);
        if (isFixed && flagIn(before, name) !== flagIn(input, name)) {
            throw invalidValue(`Failed to set ${name}: the flag can only be set when the instance is created.`);
        }
    }
}

/** Throws for unknown flags, duplicates, invalid values, and a change of what is only set at the creation. */
export function verifyFlags({ databaseVersion, settings }: Inputs, old?: Inputs): void {
    const input = (settings.databaseFlags ?? []) as GivenFlag[];
    const known = new Map(Object.entries(cloudSqlFlags[engineKey(databaseVersion)]));
    const version = versionName(databaseVersion);
    for (const [index, { name, value }] of input.entries()) {
        // Trace flags can also be specified by number.
        const flag = known.get(name) ?? known.get(`${name} (trace flag)`);
        if (!flag || !isIn(flag, version)) {
            throw new GoogleError(400, "Flag requested is not valid.", { reason: "invalidFlagName" });
        }
        if (input.findIndex((item) => item.name === name) < index) {
            throw invalidValue(`Failed to set ${name}: the flag is given twice.`);
        }
        if (!isValue(flag.type, value)) {
            throw invalidValue(`Failed to set ${name}: ${value} was not an expected string.`);
        }
        // Google's words are not on record: https://cloud.google.com/sql/docs/mysql/flags
        if (flag.isOfPlus && editionOf({ databaseVersion, settings }) !== "ENTERPRISE_PLUS") {
            throw invalidValue(`Failed to set ${name}: the flag is only available for the edition ENTERPRISE_PLUS.`);
        }
        if (flag.needsCores && cloudSqlMachine(settings.tier)?.isSharedCore) {
            throw invalidValue(`Failed to set ${name}: the flag is not available for ${settings.tier}.`);
        }
    }
    verifyFixedFlags(known, version, input, old);
}

const invalidValue = (cause: string) =>
    new GoogleError(400, `Value requested is not valid. ${cause}`, { reason: "invalidFlagValue" });

/** Whether IAM database authentication is enabled: "IAM authentication". */
export const hasIamAuthentication = ({ settings }: Inputs): boolean =>
    (settings.databaseFlags ?? []).some(
        ({ name, value }: Inputs) => /^cloudsql[._]iam_authentication$/.test(name) && /^(on|1)$/i.test(value),
    );
