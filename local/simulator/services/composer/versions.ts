import { type ComposerImage, composerImages, composerSupportEnd, isPast } from "slipway/facts";
import { compareVersions } from "../../../../lib/formats";
import type { Inputs } from "../../rules/rules";

/** A parsed image version. */
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

/** All listed images: those of Cloud Composer 3 first, and the newest of each generation first. */
const all = [3, 2].flatMap((generation) => listed.filter((image) => image.generation === generation).reverse());

/** The default image. */
export const defaultImage = "composer-3-airflow-2.11.1";

const lineOf = ({ generation, airflow }: Image) => `${generation} ${airflow.split(".")[0]}`;

/** The last release date of each generation and major Airflow version. */
const newest = new Map<string, string>();
for (const image of all) {
    newest.set(lineOf(image), [image.released, newest.get(lineOf(image)) ?? ""].sort().at(-1) as string);
}

/** Whether new environments can use an image. The newest images are always supported, in place of later releases. */
function isSupported(image: Image, now: Date): boolean {
    return (
        image.released === newest.get(lineOf(image)) || !isPast(composerSupportEnd(image), { now: () => now.getTime() })
    );
}

/** The supported images at this time. */
export const supportedImages = (now: Date): Image[] => all.filter((image) => isSupported(image, now));

const form = /^composer-(latest|\d+(?:\.\d+\.\d+)?)-airflow-(\d+(?:\.\d+){0,2})(?:-build\.(\d+))?$/;

/** Whether a version prefix such as `2` or `2.11` matches this version. */
const isStartOf = (start: string, version: string) => start === version || version.startsWith(`${start}.`);

/** Whether an alias or a full name matches an image. */
export function matchesImage(value: string, { composer, airflow, build, generation }: Image): boolean {
    const [, desired = "", version = "", number] = form.exec(value) ?? [];
    const isComposer = desired === "latest" ? generation === 2 : isStartOf(desired, composer);
    return isComposer && isStartOf(version, airflow) && (number === undefined || Number(number) === build);
}

/** The supported image of an alias or a full name; undefined if there is none. */
export const imageOf = (value: string, now: Date): Image | undefined =>
    supportedImages(now).find((image) => matchesImage(value, image));

/** The image of an existing environment, supported or not. */
export const imageNamed = (id: string): Image | undefined => all.find((image) => image.id === id);

/** The provider's own check. */
export const isComposer3 = (version: unknown): boolean => String(version ?? "").includes("composer-3");

export const imageVersionOf = ({ config }: Inputs): string | undefined => config?.softwareConfig?.imageVersion;

/** The versions that the API suggests: the newest of each line, those of Cloud Composer 3 without their builds. */
export function suggested(now: Date, isOffered: (image: Image) => boolean = () => true): string {
    const found = supportedImages(now).filter(isOffered);
    const latest = found.find(({ generation }) => generation === 2)?.composer;
    const names = found
        .filter(({ generation, composer }) => generation === 3 || composer === latest)
        .map(({ id }) => id.replace(/-build\.\d+$/, ""));
    return `[${[...new Set(names)].join(", ")}]`;
}

/**
 * Whether two images are of the same generation and of the same major version of Airflow, over which no upgrade goes:
 * https://docs.cloud.google.com/composer/docs/composer-3/migrate-airflow-3
 */
export const isSameLine = (one: Image, other: Image) => lineOf(one) === lineOf(other);

/** "Upgrade environments": only to a later image of the same line. */
export function isUpgrade(from: Image | undefined, to: Image): boolean {
    if (!from) {
        return true;
    }
    const isBack = (one: string, other: string) => compareVersions(other, one) < 0;
    const isEarlierBuild = from.airflow === to.airflow && (to.build ?? 0) < (from.build ?? 0);
    return (
        isSameLine(from, to) &&
        !isBack(from.composer, to.composer) &&
        !isBack(from.airflow, to.airflow) &&
        !isEarlierBuild
    );
}

/** Whether a configured image matches the current one, as the provider compares: by the parts that both have. */
export function isSameImage(desired: unknown, found: unknown): boolean {
    const [here, there] = [desired, found].map((item) => form.exec(String(item)));
    if (!here || !there) {
        return desired === found;
    }
    const [composer, other] = [here[1] as string, there[1] as string];
    const isComposer =
        composer === "latest" || other === "latest" || isStartOf(composer, other) || isStartOf(other, composer);
    const [airflow, version] = [here[2] as string, there[2] as string];
    const isAirflow = isStartOf(airflow, version) || isStartOf(version, airflow);
    const isBuild = here[3] === undefined || there[3] === undefined || here[3] === there[3];
    return isComposer && isAirflow && isBuild;
}
