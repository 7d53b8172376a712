import { type ComposerImage, composerImages, composerSupportEnd, isPast } from "slipway/facts";
import { compareVersions } from "slipway/formats";
import type { Inputs } from "../../rules/rules";

/** An image, in the parts of its name. */
export interface Image extends ComposerImage {
    id: string;
    generation: 2 | 3;
    /** `3`, or all of `2.17.9`. */
    composer: string;
    airflow: string;
    build?: number;
}

const listed = Object.entries<ComposerImage>(composerImages.rows).map(([id, row]): Image => {
    const [, composer = "", airflow = "", build] = /^composer-(.+)-airflow-([\d.]+?)(?:-build\.(\d+))?$/.exec(id) ?? [];
    const generation = composer === "3" ? 3 : 2;
    return { ...row, id, generation, composer, airflow, ...(build !== undefined && { build: Number(build) }) };
});

/** All images that are listed: those of Cloud Composer 3 first, of each generation the newest first. */
const all = [3, 2].flatMap((generation) => listed.filter((image) => image.generation === generation).reverse());

/** What an environment has whose program names no image. */
export const usualImage = "composer-3-airflow-2.11.1";

const lineOf = ({ generation, airflow }: Image) => `${generation} ${airflow.split(".")[0]}`;

/** The day of the last release of each generation with each major version of Airflow. */
const newest = new Map<string, string>();
for (const image of all) {
    newest.set(lineOf(image), [image.released, newest.get(lineOf(image)) ?? ""].sort().at(-1) as string);
}

/** Whether environments can be made with an image. The newest ones always can, as a stand-in for those that came after this list. */
function isSupported(image: Image, now: Date): boolean {
    return (
        image.released === newest.get(lineOf(image)) || !isPast(composerSupportEnd(image), { now: () => now.getTime() })
    );
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
