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

/** "PEP 503": names that are the same package. */
const normal = (name: string) => name.toLowerCase().replaceAll(/[-_.]+/g, "-");

const numbers = (version: string): number[] => version.split(".").map((part) => Number.parseInt(part, 10) || 0);

function compare(one: string, other: string): number {
    const [here, there] = [numbers(one), numbers(other)];
    const length = Math.max(here.length, there.length);
    const differences = Array.from({ length }, (_, index) => (here[index] ?? 0) - (there[index] ?? 0));
    return differences.find((each) => each !== 0) ?? 0;
}

/** The versions between two, of which each may belong to them. */
interface Span {
    least: string;
    most?: string;
    withLeast: boolean;
    withMost: boolean;
}

/** The version that comes after all that start with this one: `1.5` after `1.4`. */
function after(start: string): string {
    const parts = numbers(start);
    return [...parts.slice(0, -1), (parts.at(-1) as number) + 1].join(".");
}

function spanOf(clause: string): Span {
    const [, sign = "", version = ""] = /^(~=|===?|!=|<=?|>=?)\s*(.+)$/.exec(clause.trim()) ?? [];
    const start = version.replace(/\.\*$/, "");
    switch (sign) {
        case "==":
        case "===":
            return start === version
                ? { least: version, most: version, withLeast: true, withMost: true }
                : { least: start, most: after(start), withLeast: true, withMost: false };
        case "~=":
            return {
                least: version,
                most: after(version.split(".").slice(0, -1).join(".")),
                withLeast: true,
                withMost: false,
            };
        case "<":
        case "<=":
            return { least: "0", most: version, withLeast: true, withMost: sign === "<=" };
        case ">":
        case ">=":
            return { least: version, withLeast: sign === ">=", withMost: false };
        default:
            return { least: "0", withLeast: true, withMost: false };
    }
}

/** Whether no version is in all of these spans. */
function isEmpty(spans: Span[]): boolean {
    return spans.some(({ least, withLeast }) =>
        spans.some(({ most, withMost }) => {
            const difference = most === undefined ? -1 : compare(least, most);
            return difference > 0 || (difference === 0 && !(withLeast && withMost));
        }),
    );
}

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
        const requirement = requirements[normal(name)] ?? "";
        if (isEmpty([...clauses(wanted), ...clauses(requirement)].map(spanOf))) {
            const depends = requirement
                ? `apache-airflow ${airflow}+composer depends on ${normal(name)}${requirement}`
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
