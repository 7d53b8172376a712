import { areDisjoint, normalizePackageName } from "slipway/formats";
import type { Cloud } from "../../cloud/cloud";
import type { Inputs } from "../../rules/rules";
import type { Image } from "./versions";

/** What Airflow itself requires of packages of which not every version will do: its releases on PyPI, by their start. */
const required: Record<string, Record<string, string>> = {
    "2.9": {
        alembic: ">=1.13.1,<2.0",
        connexion: ">=2.10.0,<3.0",
        flask: ">=2.2,<2.3",
        "flask-session": ">=0.4.0,<0.6",
        pendulum: ">=2.1.2,<4.0",
        requests: ">=2.27.0,<3",
        sqlalchemy: ">=1.4.36,<2.0",
        werkzeug: ">=2.0,<3",
    },
    "2.10": {
        alembic: ">=1.13.1,<2.0",
        connexion: ">=2.14.2,<3.0",
        flask: ">=2.2.1,<2.3",
        "flask-session": ">=0.4.0,<0.6",
        pendulum: ">=2.1.2,<4.0",
        requests: ">=2.27.0,<3",
        sqlalchemy: ">=1.4.36,<2.0",
        werkzeug: ">=2.0,<3",
    },
    "2.11": {
        alembic: ">=1.14.0,<2.0",
        connexion: ">=2.15.1,<3.0",
        flask: ">=2.3.3,<4",
        "flask-session": ">=0.8.0",
        pendulum: ">=2.1.2,<4.0",
        requests: ">=2.27.0,<3",
        sqlalchemy: ">=1.4.36,<2.0",
        "universal-pathlib": ">=0.2.6,<0.3.0",
        werkzeug: ">=3.1.3,<4",
    },
    "3.": {
        alembic: ">=1.13.1,<2.0",
        pendulum: ">=3.1.0",
        pydantic: ">=2.11.0",
        requests: ">=2.32.0,<3",
        sqlalchemy: ">=1.4.54",
        "universal-pathlib": ">=0.2.6,<0.3.0",
    },
};

const clauses = (specifier: string): string[] =>
    specifier
        .replace(/^\s*\[[^\]]*\]/, "")
        .split(",")
        .map((clause) => clause.trim())
        .filter((clause) => clause !== "");

/** Why pip would find no versions, if it is on record here: what the packages ask for and what Airflow requires exclude each other. */
export function conflictOf(packages: Record<string, string>, { airflow }: Image): string | undefined {
    const known = Object.entries(required).find(([start]) => airflow.startsWith(start))?.[1] ?? {};
    const requirements: Record<string, string> = { ...known, "apache-airflow": `==${airflow}` };
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
