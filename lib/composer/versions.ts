import { type ComposerImage, composerImages, composerSupportEnd, discontinuedAirflow } from "../facts/composerImages";
import { type Day, isPast } from "../facts/facts";
import { compareVersions } from "../formats/version";
import * as check from "../internal/arguments/check";

type ImageId = keyof typeof composerImages.rows;

type AirflowOf3 = ImageId extends infer One
    ? One extends `composer-3-airflow-${infer Airflow}-build.${string}`
        ? Airflow
        : never
    : never;
type AirflowOf2 = ImageId extends infer One
    ? One extends `composer-2.${string}-airflow-${infer Airflow}`
        ? Airflow
        : never
    : never;

/** `2.11` and `2` of `2.11.1`. */
type VersionPrefix<Version> = Version extends `${infer Major}.${infer Minor}.${string}`
    ? Major | `${Major}.${Minor}`
    : never;

/**
 * A Cloud Composer image: `composer-3-airflow-2.11.1` is the newest build of that Airflow version,
 * `composer-3-airflow-2.11.1-build.14` one build, `composer-2.17.9-airflow-2.11.1` an image of Composer 2.
 */
export type ImageVersion =
    | ImageId
    | `composer-3-airflow-${AirflowOf3 | VersionPrefix<AirflowOf3>}`
    | `composer-2-airflow-${AirflowOf2 | VersionPrefix<AirflowOf2>}`;

/** Default image: the newest build of Composer's own default Airflow version. */
export const defaultVersion = "composer-3-airflow-2.11.1" satisfies ImageVersion;

/** An image, parsed from its name. */
export interface Image {
    composer: 2 | 3;
    /** `17.9` of Composer 2.17.9; undefined if Composer chooses it. */
    release?: string;
    /** `2.11.1`; for a shorter version such as `2.11`, the newest listed one. */
    airflow: string;
    build?: number;
}

const imagePattern =
    /^composer-(?:3-airflow-(\d+(?:\.\d+){0,2})(?:-build\.(\d+))?|2(?:\.(\d+\.\d+))?-airflow-(\d+(?:\.\d+){0,2}))$/;

function parseImage(version: string): Image | undefined {
    const [found, third, build, release, second] = imagePattern.exec(version) ?? [];
    return found === undefined
        ? undefined
        : {
              composer: third === undefined ? 2 : 3,
              release,
              airflow: (third ?? second) as string,
              build: build === undefined ? undefined : Number(build),
          };
}

const images: (Image & ComposerImage)[] = Object.entries<ComposerImage>(composerImages.rows).map(([id, row]) => ({
    ...(parseImage(id) as Image),
    ...row,
}));

/** The listed images that a name matches, from old to new. */
const matchingImages = ({ composer, release, airflow, build }: Image) =>
    images.filter(
        (image) =>
            image.composer === composer &&
            (image.airflow === airflow || image.airflow.startsWith(`${airflow}.`)) &&
            (release === undefined || image.release === release) &&
            (build === undefined || image.build === build),
    );

/** All Airflow versions of a generation of Composer. */
const airflowVersions = (composer: 2 | 3): string[] => [
    ...new Set(
        images
            .filter((image) => image.composer === composer)
            .map(({ airflow }) => airflow)
            .sort(compareVersions),
    ),
];

function imageMessage(version: string): string {
    const image = parseImage(version);
    if (!image) {
        return "must be an image of Composer 3 or 2 such as composer-3-airflow-2.11.1 or composer-2.17.9-airflow-2.11.1";
    }
    const { composer, airflow } = image;
    return matchingImages({ composer, airflow }).length > 0
        ? `must be an image that Composer ${composer} has, such as ${newestImage(composer)}`
        : `must have an Airflow that Composer ${composer} has: ${airflowVersions(composer).join(", ")}`;
}

/** The name of the newest image of a generation. */
function newestImage(composer: 2 | 3): string {
    const { release, airflow } = images.filter((image) => image.composer === composer).at(-1) as Image;
    return composer === 3 ? defaultVersion : `composer-2.${release}-airflow-${airflow}`;
}

/** The name of the newest image to which an environment can be upgraded: of the same generation and major version of Airflow. */
function newestUpgrade({ composer, airflow }: Image): string {
    const [major] = airflow.split(".");
    const newest = images
        .filter((image) => image.composer === composer && image.airflow.startsWith(`${major}.`))
        .at(-1);
    return newest === undefined || major === "2"
        ? newestImage(composer)
        : `composer-${composer}-airflow-${newest.airflow}`;
}

/** Checks the name of an image. */
export const imageVersion = check.lazily((image) =>
    check.listed(
        (version) => {
            const image = parseImage(version);
            return image !== undefined && matchingImages(image).length > 0;
        },
        imagePattern,
        imageMessage(String(image)),
    ),
);

/** Parses the name of an image, and completes its Airflow version if it is listed. */
export function resolveImage(version: string): Image | undefined {
    const image = parseImage(version);
    return (
        image && { ...image, airflow: matchingImages({ ...image, build: undefined }).at(-1)?.airflow ?? image.airflow }
    );
}

/** The day on which support of an image ends; undefined if it is not listed, or the newest of an Airflow version. */
export function endOfSupport(image: Image): Day | undefined {
    const isNewest = image.release === undefined && image.build === undefined;
    const newest = matchingImages(image).at(-1);
    return newest === undefined || (isNewest && !Object.hasOwn(discontinuedAirflow.rows, newest.airflow))
        ? undefined
        : composerSupportEnd(newest);
}

const warningDays = 90;

/** Warns of an image past or near its end of support, or whose Airflow version is not listed. */
export function supportWarning(version: string): string | undefined {
    const image = resolveImage(version) as Image;
    const { composer, airflow } = image;
    if (!airflowVersions(composer).includes(airflow)) {
        return `version: Airflow ${airflow} is not listed in this release, so that packages are not checked against it.`;
    }
    const end = endOfSupport(image);
    const upgrade = `Upgrade to ${newestUpgrade(image)}`;
    if (isPast(end)) {
        return `version: the support of ${version} ended on ${end}: Composer creates no environments with it. ${upgrade}.`;
    }
    return isPast(end, { now: () => Date.now() + warningDays * 86_400_000 })
        ? `version: the support of ${version} ends on ${end}. ${upgrade} before.`
        : undefined;
}
