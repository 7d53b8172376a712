import { compareVersions } from "../../formats/version";
import * as check from "../../internal/check";

/**
 * An image of Composer: `composer-3-airflow-2.11.1` is the newest build of that Airflow, `composer-3-airflow-2.11.1-build.14` one
 * build, `composer-2.17.9-airflow-2.11.1` an image of Composer 2.
 */
export type ImageVersion = `composer-3-airflow-${string}` | `composer-2${string}-airflow-${string}`;

/** The image of an environment of which none is told: the newest build of the Airflow that Composer itself takes by default. */
export const defaultVersion: ImageVersion = "composer-3-airflow-2.11.1";

/** What is known of an image by its name. */
export interface Image {
    composer: 2 | 3;
    /** `17.9` of Composer 2.17.9; nothing where the name leaves it to Composer. */
    release?: string;
    /** `2.11.1`; of a name with less, such as `2.11`, the newest known. */
    airflow: string;
    build?: number;
}

/** Up to which build, or release of Composer 2, everything had been released by a day. */
type Released = [upTo: string, day: string][];

/**
 * "Cloud Composer version list" and "Release notes": by Airflow version the builds of Composer 3. Support of a build or an image ends a
 * year after its release ("Version deprecation and support"), and those that are newer than the last of a list are supported.
 */
const builds: Record<string, Released> = {
    "2.7.3": [["99", "2024-12-12"]],
    "2.9.1": [["99", "2024-09-18"]],
    "2.9.3": [
        ["31", "2025-08-05"],
        ["36", "2025-10-10"],
        ["42", "2025-12-09"],
        ["49", "2026-03-03"],
        ["99", "2026-05-11"],
    ],
    "2.10.2": [["99", "2025-05-14"]],
    "2.10.5": [
        ["11", "2025-08-05"],
        ["15", "2025-09-30"],
        ["22", "2025-12-09"],
        ["29", "2026-03-03"],
        ["33", "2026-04-01"],
        ["37", "2026-05-11"],
        ["42", "2026-07-07"],
        ["47", "2026-08-05"],
    ],
    "2.11.1": [
        ["0", "2026-04-01"],
        ["4", "2026-05-11"],
        ["9", "2026-07-07"],
        ["14", "2026-08-05"],
        ["19", "2026-09-02"],
    ],
    "3.1.0": [
        ["2", "2025-11-17"],
        ["5", "2025-12-09"],
        ["99", "2026-03-03"],
    ],
    "3.1.7": [
        ["0", "2026-03-03"],
        ["8", "2026-05-11"],
        ["99", "2026-07-07"],
    ],
    "3.1.8": [["3", "2026-08-05"]],
    "3.2.2": [["1", "2026-08-05"]],
    "3.3.1": [["0", "2026-08-26"]],
};

/** The same of Composer 2, whose releases have all of its Airflow versions. */
const releases: Released = [
    ["13.9", "2025-08-05"],
    ["14.4", "2025-10-10"],
    ["15.3", "2025-11-05"],
    ["16.1", "2025-12-12"],
    ["16.6", "2026-03-03"],
    ["16.10", "2026-04-01"],
    ["17.1", "2026-05-11"],
    ["17.6", "2026-07-07"],
    ["17.9", "2026-08-05"],
];

/** The Airflow versions by the generation of Composer that has them. */
const airflows: Record<2 | 3, string[]> = {
    2: ["2.7.3", "2.9.1", "2.9.3", "2.10.2", "2.10.5", "2.11.1"],
    3: Object.keys(builds),
};

const form = /^composer-(?:(3)|2(?:\.(\d+\.\d+))?)-airflow-(\d+(?:\.\d+){0,2})(?:-build\.(\d+))?$/;

/** Checks the name of an image: one that Composer had, has, or may have since this was written. */
export const imageVersion: check.Check = check.pipe(
    check.matching(
        form,
        "must be an image of Composer 3 or 2, as composer-3-airflow-2.11.1 or composer-2.17.9-airflow-2.11.1 is",
    ),
    check.refine(
        // What has not the form was told by the check of it.
        (given) => !form.test(String(given)) || imageOf(String(given)) !== undefined,
        ({ input }) => {
            const composer = String(input).startsWith("composer-3") ? 3 : 2;
            return `must have an Airflow that Composer ${composer} has: ${airflows[composer].join(", ")}`;
        },
    ),
);

/** Whether there may be a version that is newer than all that are known of its major one. */
function isNewer(airflow: string, known: string[]): boolean {
    const siblings = known.filter((one) => one.split(".")[0] === airflow.split(".")[0]);
    return siblings.length > 0 && compareVersions(airflow, siblings.at(-1) as string) > 0;
}

/** What an image is by its name; nothing where Composer has no such image. */
export function imageOf(version: string): Image | undefined {
    const [found, third, release, airflow = "", build] = form.exec(version) ?? [];
    const composer = third ? 3 : 2;
    if (found === undefined || (composer === 2 && build !== undefined)) {
        return undefined;
    }
    const known = airflows[composer];
    const newest = known.filter((one) => one === airflow || one.startsWith(`${airflow}.`)).at(-1);
    const chosen = newest ?? (isNewer(airflow, known) ? airflow : undefined);
    return chosen === undefined
        ? undefined
        : { composer, release, airflow: chosen, build: build === undefined ? undefined : Number(build) };
}

/** The day on which the support of an image ends; nothing for one that Composer chooses, and where it is not known. */
export function endOfSupport({ composer, release, airflow, build }: Image): string | undefined {
    const [list, one] = composer === 3 ? [builds[airflow], build] : [releases, release];
    // Of what is told without a build Composer takes the newest: only an Airflow of which there are no new builds ends.
    const sought = one ?? (list?.at(-1)?.[0] === "99" ? "99" : undefined);
    const [, day] =
        (sought === undefined ? undefined : list?.find(([upTo]) => compareVersions(`${sought}`, upTo) <= 0)) ?? [];
    return day && `${Number(day.slice(0, 4)) + 1}${day.slice(4)}`;
}

/** Why an environment cannot have an image whose support has ended. */
export function supportProblem(version: string, isKept: boolean): check.Problem | undefined {
    const image = imageOf(version);
    const end = image && endOfSupport(image);
    return end !== undefined && Date.parse(end) <= Date.now() && !isKept
        ? {
              path: "version",
              reason: `is an image whose support ended on ${end}, of which Composer makes no environments (got "${version}"). Take ${defaultVersion}, or say keepVersion for an environment that has it.`,
          }
        : undefined;
}

const warnedDays = 90;

/** What to warn of: an image that is near its end, one past it that is kept, or one of which nothing is known here. */
export function supportWarning(version: string): string | undefined {
    const image = imageOf(version);
    if (!image) {
        return undefined;
    }
    const { composer, airflow } = image;
    const end = endOfSupport(image);
    if (!airflows[composer].includes(airflow)) {
        return `version: Airflow ${airflow} is newer than all of which is known here, so that packages are not checked against it.`;
    }
    const days = end === undefined ? warnedDays + 1 : (Date.parse(end) - Date.now()) / 86_400_000;
    return days > warnedDays
        ? undefined
        : days > 0
          ? `version: the support of ${version} ends on ${end}. Upgrade to ${defaultVersion} before.`
          : `version: the support of ${version} ended on ${end}. Upgrade to ${defaultVersion}.`;
}
