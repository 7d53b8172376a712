import { requirementsOfAirflow } from "slipway/facts";
import { areDisjoint, normalizePackageName } from "slipway/formats";
import type { Cloud } from "../../cloud/cloud";
import type { Inputs } from "../../rules/rules";
import type { Image } from "./versions";

const clauses = (specifier: string): string[] =>
    specifier
        .replace(/^\s*\[[^\]]*\]/, "")
        .split(",")
        .map((clause) => clause.trim())
        .filter((clause) => clause !== "");

/** Why pip would find no versions, if it is on record here: what the packages ask for and what Airflow requires exclude each other. */
export function conflictOf(packages: Record<string, string>, { airflow }: Image): string | undefined {
    const requirements: Record<string, string> = {
        ...requirementsOfAirflow(airflow),
        "apache-airflow": `==${airflow}`,
    };
    for (const [name, wanted] of Object.entries(packages)) {
        const requirement = requirements[normalizePackageName(name)] ?? "";
        if (areDisjoint(wanted, requirement)) {
            const depends = requirement
                ? `apache-airflow ${airflow}+composer depends on ${normalizePackageName(name)}${requirement}`
                : `no version is ${clauses(wanted).join(" and ")}`;
            return `ERROR: Cannot install ${name}${wanted} because these package versions have conflicting dependencies: ${depends}`;
        }
    }
    return undefined;
}

/** What the provider says of packages that cannot be installed: the environment goes on with those that it had. */
export function installationFailure({ project, region, name }: Inputs, conflict: string, cloud: Cloud): string {
    const logs = `https://console.cloud.google.com/composer/environments/detail/${region}/${name}/logs?project=${cloud.projects.number(project)}`;
    return `Error waiting to update Environment: Error waiting for Updating newly created Environment: Error code 3, message: Failed to install Python packages. Check the build logs for details. They can be found in the Environment logs ${logs} For detailed instructions see https://cloud.google.com/composer/docs/troubleshooting-package-installation\nThe build log ends with: ${conflict}`;
}
