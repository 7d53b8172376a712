import { cloudSqlFlags, type Flag, type FlagType } from "slipway/facts";
import { isBefore } from "slipway/formats";
import { GoogleError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";
import { engineKey, versionName } from "./versions";

/** Whether a value, which is a string in the API, is valid for a flag. */
function isValue(type: FlagType, value: string): boolean {
    switch (type.kind) {
        case "toggle":
            return /^(on|off|0|1)$/i.test(value);
        case "off":
            return /^(off|0)$/i.test(value);
        case "text":
            return true;
        case "choice":
            return type.words.some((word) => word.toLowerCase() === value.toLowerCase());
        case "choices":
            return value.split(",").every((word) => type.words.includes(word.trim()));
        default: {
            const form = type.kind === "integer" ? /^-?\d+$/ : /^-?\d+(\.\d+)?(e[+-]?\d+)?$/i;
            return form.test(value) && Number(value) >= type.min && Number(value) <= (type.max ?? Number.MAX_VALUE);
        }
    }
}

/** Whether a database version supports a flag. */
const isIn = ({ since, before }: Flag, version: string): boolean =>
    !(since && isBefore(version, since)) && !(before && !isBefore(version, before));

/** Throws for unknown flags, duplicates and invalid values. */
export function verifyFlags({ databaseVersion, settings }: Inputs): void {
    const input = (settings.databaseFlags ?? []) as { name: string; value: string }[];
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
    }
}

const invalidValue = (cause: string) =>
    new GoogleError(400, `Value requested is not valid. ${cause}`, { reason: "invalidFlagValue" });

/** Whether IAM database authentication is enabled: "IAM authentication". */
export const hasIamAuthentication = ({ settings }: Inputs): boolean =>
    (settings.databaseFlags ?? []).some(
        ({ name, value }: Inputs) => /^cloudsql[._]iam_authentication$/.test(name) && /^(on|1)$/i.test(value),
    );
