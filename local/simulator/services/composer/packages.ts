import { packageRequirements } from "slipway/facts";
import { areDisjoint, normalizePackageName } from "../../../../lib/formats";
import type { Cloud } from "../../cloud/cloud";
import { FollowUpError } from "../../cloud/errors";
import type { Context, Inputs } from "../../rules/rules";
import { type Image, imageNamed, imageVersionOf } from "./versions";

/** Installs the packages of an environment; if it fails, the environment remains unchanged. */
export function installPackages(state: Inputs, { cloud }: Context): void {
    const packages: Record<string, string> = state.config?.softwareConfig?.pypiPackages ?? {};
    const conflict = conflictOf(packages, imageNamed(imageVersionOf(state) ?? "") as Image);
    if (conflict) {
        throw new FollowUpError(installationError(state, conflict, cloud));
    }
}

const clauses = (specifier: string): string[] =>
    specifier
        .replace(/^\s*\[[^\]]*\]/, "")
        .split(",")
        .map((clause) => clause.trim())
        .filter((clause) => clause !== "");

/** Pip's error if a package excludes the versions that Airflow requires; undefined if it does not. */
function conflictOf(packages: Record<string, string>, { airflow }: Image): string | undefined {
    for (const [name, wanted] of Object.entries(packages)) {
        const normalized = normalizePackageName(name);
        const requirements =
            normalized === "apache-airflow"
                ? [{ by: `apache-airflow ${airflow}`, range: `==${airflow}` }]
                : packageRequirements(airflow, normalized);
        const clash = requirements.find(({ range }) => areDisjoint(wanted, range));
        if (clash || areDisjoint(wanted)) {
            const depends = clash
                ? `${clash.by.replace(airflow, "$&+composer")} depends on ${normalized}${clash.range}`
                : `no version is ${clauses(wanted).join(" and ")}`;
            return `ERROR: Cannot install ${name}${wanted} because these package versions have conflicting dependencies: ${depends}`;
        }
    }
    return undefined;
}

/** The provider's error if packages cannot be installed. */
function installationError({ project, region, name }: Inputs, conflict: string, cloud: Cloud): string {
    const logs = `https://console.cloud.google.com/composer/environments/detail/${region}/${name}/logs?project=${cloud.projects.number(project)}`;
    return `Error waiting to update Environment: Error waiting for Updating newly created Environment: Error code 3, message: Failed to install Python packages. Check the build logs for details. They can be found in the Environment logs ${logs} For detailed instructions see https://cloud.google.com/composer/docs/troubleshooting-package-installation\nThe build log ends with: ${conflict}`;
}
