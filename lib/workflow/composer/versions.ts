import {
    type ComposerImage,
    composerImages,
    composerSupportEnd,
    discontinuedAirflow,
} from "../../facts/composerImages";
import { type Day, isPast } from "../../facts/facts";
import { compareVersions } from "../../formats/version";
import * as check from "../../internal/check";

type Id = keyof typeof composerImages.rows;

type AirflowOf3 = Id extends infer One
    ? One extends `composer-3-airflow-${infer Airflow}-build.${string}`
        ? Airflow
        : never
    : never;
type AirflowOf2 = Id extends infer One
    ? One extends `composer-2.${string}-airflow-${infer Airflow}`
        ? Airflow
        : never
    : never;

/** `2.11` and `2` of `2.11.1`. */
type Start<Version> = Version extends `${infer Major}.${infer Minor}.${string}` ? Major | `${Major}.${Minor}` : never;

/**
 * An image of Composer: `composer-3-airflow-2.11.1` is the newest build of that Airflow, `composer-3-airflow-2.11.1-build.14` one
 * build, `composer-2.17.9-airflow-2.11.1` an image of Composer 2.
 */
export type ImageVersion =
    | Id
    | `composer-3-airflow-${AirflowOf3 | Start<AirflowOf3>}`
    | `composer-2-airflow-${AirflowOf2 | Start<AirflowOf2>}`;

/** Default image: the newest build of the Airflow that Composer itself takes by default. */
export const defaultVersion = "composer-3-airflow-2.11.1" satisfies ImageVersion;

/** What is known of an image by its name. */
export interface Image {
    composer: 2 | 3;
    /** `17.9` of Composer 2.17.9; undefined where the name leaves it to Composer. */
    release?: string;
    /** `2.11.1`; of a name with less, such as `2.11`, the newest that is listed. */
    airflow: string;
    build?: number;
}

const form =
    /^composer-(?:3-airflow-(\d+(?:\.\d+){0,2})(?:-build\.(\d+))?|2(?:\.(\d+\.\d+))?-airflow-(\d+(?:\.\d+){0,2}))$/;

function parsed(version: string): Image | undefined {
    const [found, third, build, release, second] = form.exec(version) ?? [];
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
    ...(parsed(id) as Image),
    ...row,
}));

/** The listed images that a name stands for, from old to new. */
const imagesOf = ({ composer, release, airflow, build }: Image) =>
    images.filter(
        (image) =>
            image.composer === composer &&
            (image.airflow === airflow || image.airflow.startsWith(`${airflow}.`)) &&
            (release === undefined || image.release === release) &&
            (build === undefined || image.build === build),
    );

/** The versions of Airflow that a generation of Composer has or had. */
const airflows = (composer: 2 | 3): string[] => [
    ...new Set(
        images
            .filter((image) => image.composer === composer)
            .map(({ airflow }) => airflow)
            .sort(compareVersions),
    ),
];

function wordingFor(version: string): string {
    const image = parsed(version);
    if (!image) {
        return "must be an image of Composer 3 or 2, as composer-3-airflow-2.11.1 or composer-2.17.9-airflow-2.11.1 is";
    }
    const { composer, airflow } = image;
    return imagesOf({ composer, airflow }).length > 0
        ? `must be an image that Composer ${composer} has, such as ${newestImage(composer)}`
        : `must have an Airflow that Composer ${composer} has: ${airflows(composer).join(", ")}`;
}

/** The name of the newest image of a generation. */
function newestImage(composer: 2 | 3): string {
    const { release, airflow } = images.filter((image) => image.composer === composer).at(-1) as Image;
    return composer === 3 ? defaultVersion : `composer-2.${release}-airflow-${airflow}`;
}

/** Checks the name of an image. */
export const imageVersion: check.Check = check.lazily((given) =>
    check.listed(
        (version) => {
            const image = parsed(version);
            return image !== undefined && imagesOf(image).length > 0;
        },
        form,
        wordingFor(String(given)),
    ),
);

/** What an image is by its name. One of a version that is not listed has its Airflow as it is named. */
export function imageOf(version: string): Image | undefined {
    const image = parsed(version);
    return image && { ...image, airflow: imagesOf({ ...image, build: undefined }).at(-1)?.airflow ?? image.airflow };
}

/** The day on which the support of an image ends; undefined for one that is not listed, and for the newest of an Airflow. */
export function endOfSupport(image: Image): Day | undefined {
    const isNewest = image.release === undefined && image.build === undefined;
    const newest = imagesOf(image).at(-1);
    return newest === undefined || (isNewest && !Object.hasOwn(discontinuedAirflow.rows, newest.airflow))
        ? undefined
        : composerSupportEnd(newest);
}

const warnedDays = 90;

/** A warning for an image that is past its end of support or near it, or whose Airflow is not listed. */
export function supportWarning(version: string): string | undefined {
    const image = imageOf(version);
    if (!image) {
        return undefined;
    }
    const { composer, airflow } = image;
    if (!airflows(composer).includes(airflow)) {
        return `version: Airflow ${airflow} is not listed in this release, so that packages are not checked against it.`;
    }
    const end = endOfSupport(image);
    const upgrade = `Upgrade to ${newestImage(composer)}`;
    if (isPast(end)) {
        return `version: the support of ${version} ended on ${end}: Composer creates no environments with it. ${upgrade}.`;
    }
    return isPast(end, { now: () => Date.now() + warnedDays * 86_400_000 })
        ? `version: the support of ${version} ends on ${end}. ${upgrade} before.`
        : undefined;
}
