import { isBlockedAirflowOption, isReservedComposerVariable, limitsOfAirflowOption } from "slipway/facts";
import type { Inputs } from "../../rules/rules";
import type { Image } from "./versions";

function variableProblems({ envVariables = {} }: Inputs): string[] {
    return Object.keys(envVariables).flatMap((name) => {
        if (!/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(name)) {
            return [`Environment variable name '${name}' must match the pattern [a-zA-Z_][a-zA-Z0-9_]*.`];
        }
        return isReservedComposerVariable(name) ? [`Environment variable name '${name}' is reserved.`] : [];
    });
}

function overrideProblems({ airflowConfigOverrides = {} }: Inputs, { generation }: Image): string[] {
    return Object.entries(airflowConfigOverrides as Record<string, string>).flatMap(([key, value]) => {
        const [, section = "", option = ""] = /^([^-[\].]+)-([^=;.]+)$/.exec(key) ?? [];
        if (!section) {
            return [`Error validating key ${key}: Airflow property keys must have the form 'section-property'.`];
        }
        if (isBlockedAirflowOption(section, option)) {
            return [`Error validating key ${key}: Airflow property is blocked and cannot be overridden.`];
        }
        const limits = generation === 3 ? limitsOfAirflowOption(key) : undefined;
        if (!limits || (Number(value) >= limits.min && Number(value) <= limits.max)) {
            return [];
        }
        const max = limits.max === Number.POSITIVE_INFINITY ? "any" : limits.max;
        return [`Error validating key ${key}: value ${value} must be between ${limits.min} and ${max}.`];
    });
}

/** "PEP 508": a name, then extras and versions. */
const identifier = /^[a-z0-9]([a-z0-9._-]*[a-z0-9])?$/;
const version = String.raw`(~=|===?|!=|<=?|>=?)\s*[\w.!+*-]+`;
const specifier = new RegExp(String.raw`^\s*(\[[\w\s,.-]+\])?\s*(${version}(\s*,\s*${version})*)?\s*$`);

function packageProblems({ pypiPackages = {} }: Inputs): string[] {
    return Object.entries(pypiPackages as Record<string, string>).flatMap(([name, desired]) => {
        if (!identifier.test(name)) {
            return [
                `Error validating key ${name}: PyPI dependency name is not formatted properly. It must follow the format of 'identifier' specified in PEP-508.`,
            ];
        }
        return specifier.test(desired)
            ? []
            : [
                  `Error validating value ${desired} of key ${name}: PyPI dependency extras and version must consist of extras (optional) followed by versionspec (optional), as specified in PEP-508.`,
              ];
    });
}

/** Verifies variables, overrides and package names. */
export function softwareProblems({ softwareConfig = {} }: Inputs, image: Image): string[] {
    return [
        ...variableProblems(softwareConfig),
        ...overrideProblems(softwareConfig, image),
        ...packageProblems(softwareConfig),
    ];
}
