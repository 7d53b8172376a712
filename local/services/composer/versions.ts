import { compareVersions } from "slipway/formats";
import type { Inputs } from "../../rules/rules";

/** A release of a line, with the day on which it began; those of a line that are not listed began with the next that is. */
type Release = [number: number, began: string];

/** "Release notes": the builds of each version of Airflow in Cloud Composer 3, newest version first. */
const builds: Record<string, Release[]> = {
    "3.2.2": [
        [0, "2026-07-29"],
        [1, "2026-08-05"],
    ],
    "3.1.8": [
        [0, "2026-07-16"],
        [2, "2026-07-29"],
        [3, "2026-08-05"],
    ],
    "3.1.7": [
        [0, "2026-03-03"],
        [4, "2026-04-01"],
        [8, "2026-05-11"],
        [10, "2026-05-27"],
        [13, "2026-07-07"],
    ],
    "2.11.1": [
        [0, "2026-04-01"],
        [4, "2026-05-11"],
        [6, "2026-05-27"],
        [9, "2026-07-07"],
        [13, "2026-07-29"],
        [14, "2026-08-05"],
        [19, "2026-09-02"],
    ],
    "2.10.5": [
        [10, "2025-07-28"],
        [16, "2025-10-10"],
        [22, "2025-12-09"],
        [29, "2026-03-03"],
        [33, "2026-04-01"],
        [39, "2026-05-27"],
        [44, "2026-07-16"],
        [47, "2026-08-05"],
    ],
    "2.9.3": [
        [30, "2025-07-28"],
        [36, "2025-10-10"],
        [42, "2025-12-09"],
        [49, "2026-03-03"],
        [54, "2026-05-11"],
    ],
};

/** The same page: the patches of each minor version of Cloud Composer 2; of each version of Airflow the first that has it. */
const images: Record<string, { airflow: Record<string, number>; patches: Release[] }> = {
    "2.17": {
        airflow: { "2.11.1": 0, "2.10.5": 0 },
        patches: [
            [1, "2026-05-11"],
            [3, "2026-05-27"],
            [6, "2026-07-07"],
            [8, "2026-07-29"],
            [9, "2026-08-05"],
        ],
    },
    "2.16": {
        airflow: { "2.11.1": 10, "2.10.5": 0, "2.9.3": 0 },
        patches: [
            [1, "2025-12-12"],
            [6, "2026-03-03"],
            [10, "2026-04-01"],
            [11, "2026-05-11"],
        ],
    },
    "2.15": { airflow: { "2.10.5": 0, "2.9.3": 0 }, patches: [[3, "2025-11-05"]] },
    "2.14": { airflow: { "2.10.5": 0, "2.9.3": 0 }, patches: [[4, "2025-10-10"]] },
    "2.13": { airflow: { "2.10.5": 0, "2.9.3": 0 }, patches: [[9, "2025-08-05"]] },
};

/** The day of the last release that is known here: what it brought is believed to be supported, whatever the day is. */
const newest = "2026-08-05";

/** "Version deprecation and support": how long an image is supported. */
const months = 12;

/** An image, in the parts of its name. */
export interface Image {
    id: string;
    generation: 2 | 3;
    /** `3`, or all of `2.17.9`. */
    composer: string;
    airflow: string;
    build?: number;
    began: string;
}

const beganOf = (number: number, releases: Release[]): string =>
    (releases.find(([each]) => number <= each) as Release)[1];

const count = (releases: Release[]) => Array.from({ length: (releases.at(-1) as Release)[0] + 1 }, (_, index) => index);

/** Every image that there ever was, as far back as it is known here; of each line the newest first. */
const all: Image[] = [
    ...Object.entries(builds).flatMap(([airflow, releases]) =>
        count(releases)
            .reverse()
            .map(
                (build): Image => ({
                    id: `composer-3-airflow-${airflow}-build.${build}`,
                    generation: 3,
                    composer: "3",
                    airflow,
                    build,
                    began: beganOf(build, releases),
                }),
            ),
    ),
    ...Object.entries(images).flatMap(([minor, { airflow, patches }]) =>
        count(patches)
            .reverse()
            .flatMap((patch) =>
                Object.entries(airflow)
                    .filter(([, first]) => patch >= first)
                    .map(
                        ([version]): Image => ({
                            id: `composer-${minor}.${patch}-airflow-${version}`,
                            generation: 2,
                            composer: `${minor}.${patch}`,
                            airflow: version,
                            began: beganOf(patch, patches),
                        }),
                    ),
            ),
    ),
];

/** What an environment has whose program names no image. */
export const usualImage = "composer-3-airflow-2.11.1";

function isSupported({ began }: Image, now: Date): boolean {
    const end = new Date(began);
    end.setUTCMonth(end.getUTCMonth() + months);
    return began >= newest || now < end;
}

/** The images with which an environment can be made at this time. */
export const supportedImages = (now: Date): Image[] => all.filter((image) => isSupported(image, now));

const form = /^composer-(latest|\d+(?:\.\d+\.\d+)?)-airflow-(\d+(?:\.\d+){0,2})(?:-build\.(\d+))?$/;

/** Whether a version such as `2` or `2.11` stands for this one: numbers are compared whole. */
const isStartOf = (start: string, version: string) => start === version || version.startsWith(`${start}.`);

/** Whether an alias, or a name in full, stands for an image. */
export function standsFor(given: string, { composer, airflow, build, generation }: Image): boolean {
    const [, wanted = "", version = "", number] = form.exec(given) ?? [];
    const isComposer = wanted === "latest" ? generation === 2 : isStartOf(wanted, composer);
    return isComposer && isStartOf(version, airflow) && (number === undefined || Number(number) === build);
}

/** The image that an alias stands for at this time, or the one that is named; nothing where it is not supported. */
export const imageOf = (given: string, now: Date): Image | undefined =>
    supportedImages(now).find((image) => standsFor(given, image));

/** The image of an environment that is there, supported or not. */
export const imageNamed = (id: string): Image | undefined => all.find((image) => image.id === id);

/** Provider's own test. */
export const isComposer3 = (version: unknown): boolean => String(version ?? "").includes("composer-3");

export const imageVersionOf = ({ config }: Inputs): string | undefined => config?.softwareConfig?.imageVersion;

/** What the API suggests instead of a version: the newest of each line, those of Cloud Composer 3 without their builds. */
export function suggested(now: Date, generations = [3, 2]): string {
    const found = supportedImages(now).filter(({ generation }) => generations.includes(generation));
    const latest = found.find(({ generation }) => generation === 2)?.composer;
    const names = found
        .filter(({ generation, composer }) => generation === 3 || composer === latest)
        .map(({ id }) => id.replace(/-build\.\d+$/, ""));
    return `[${[...new Set(names)].join(", ")}]`;
}

/** "Upgrade environments": to a later image of the same generation, and never back. */
export function isUpgrade(from: Image | undefined, to: Image): boolean {
    if (!from) {
        return true;
    }
    const isBack = (one: string, other: string) => compareVersions(other, one) < 0;
    const isEarlierBuild = from.airflow === to.airflow && (to.build ?? 0) < (from.build ?? 0);
    return (
        from.generation === to.generation &&
        !isBack(from.composer, to.composer) &&
        !isBack(from.airflow, to.airflow) &&
        !isEarlierBuild
    );
}

/**
 * Whether what a program names is what there is, as the provider sees it: parts are compared as far as the shorter of the
 * two goes.
 */
export function isSameImage(wanted: unknown, found: unknown): boolean {
    const [here, there] = [wanted, found].map((each) => form.exec(String(each)));
    if (!here || !there) {
        return wanted === found;
    }
    const [composer, other] = [here[1] as string, there[1] as string];
    const isComposer =
        composer === "latest" || other === "latest" || isStartOf(composer, other) || isStartOf(other, composer);
    const [airflow, version] = [here[2] as string, there[2] as string];
    const isAirflow = isStartOf(airflow, version) || isStartOf(version, airflow);
    const isBuild = here[3] === undefined || there[3] === undefined || here[3] === there[3];
    return isComposer && isAirflow && isBuild;
}
