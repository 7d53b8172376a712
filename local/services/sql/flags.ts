import { cloudSqlFlags, type Flag, type FlagType } from "slipway/facts";
import { isBefore } from "slipway/formats";
import { GoogleError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";
import { engineKey, versionName } from "./versions";

/** Whether a flag can have a value, which the API takes as text. */
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

/** Whether a version of its engine has a flag. */
const isIn = ({ since, before }: Flag, version: string): boolean =>
    !(since && isBefore(version, since)) && !(before && !isBefore(version, before));

/** Refuses flags that the engine does not have, twice the same one, and what is no value of it. */
export function verifyFlags({ databaseVersion, settings }: Inputs): void {
    const given = (settings.databaseFlags ?? []) as { name: string; value: string }[];
    const known = new Map(Object.entries(cloudSqlFlags[engineKey(databaseVersion)]));
    const version = versionName(databaseVersion);
    for (const [index, { name, value }] of given.entries()) {
        // A trace flag is also known by its number alone.
        const flag = known.get(name) ?? known.get(`${name} (trace flag)`);
        if (!flag || !isIn(flag, version)) {
            throw new GoogleError(400, "Flag requested is not valid.", { reason: "invalidFlagName" });
        }
        if (given.findIndex((each) => each.name === name) < index) {
            throw invalidValue(`Failed to set ${name}: the flag is given twice.`);
        }
        if (!isValue(flag.type, value)) {
            throw invalidValue(`Failed to set ${name}: ${value} was not an expected string.`);
        }
    }
}

const invalidValue = (why: string) =>
    new GoogleError(400, `Value requested is not valid. ${why}`, { reason: "invalidFlagValue" });

/** Whether people and service accounts may sign in as themselves: "IAM authentication". */
export const hasIamAuthentication = ({ settings }: Inputs): boolean =>
    (settings.databaseFlags ?? []).some(
        ({ name, value }: Inputs) => /^cloudsql[._]iam_authentication$/.test(name) && /^(on|1)$/i.test(value),
    );
