import { cloudRunLimits } from "../facts/limits/cloudRun";
import { nameFormats } from "../facts/names";
import * as check from "../internal/arguments/check";
import { findPrevious, sharesOf, splitProblems } from "../internal/arguments/traffic";
import { type DeployedService, previousTag } from "./revision";

/** The traffic of a service's revisions. */
export interface RunTraffic {
    /**
     * The {@link https://cloud.google.com/run/docs/rollouts-rollbacks-traffic-migration traffic split}: whole percentages of `latest`,
     * the revision that the program deploys, of `previous`, the one that served before it, or of a revision by its name. They must
     * sum to 100. While there is no previous revision, its share goes to the latest.
     * @default { latest: 100 }
     */
    split?: Record<string, number>;
    /**
     * Revisions with an address of their own, by its first part: `{ candidate: "latest" }` is
     * `https://candidate---web-….run.app`. The values are `latest`, `previous`, or the name of a revision.
     * @default none; the revision that served before has the tag `previous`
     */
    tags?: Record<string, string>;
}

const revision = check.matching(
    new RegExp(`^[a-z]([a-z0-9-]{0,${cloudRunLimits.rows.revisionName.max - 2}}[a-z0-9])?$`),
    "must be latest, previous or the name of a revision",
);

/** Checks the traffic of a service. */
export const traffic = check.options<RunTraffic>({
    split: check.record(revision, check.percentage()),
    tags: check.record(
        check.matching(
            nameFormats.rows.cloudRunService.pattern,
            "a tag must have lower-case letters, digits and hyphens, start with a letter, and end with a letter or digit",
        ),
        revision,
    ),
});

const { max: maxWithTag } = cloudRunLimits.rows.tagWithService;

/** The maximum length of a service's name with which the revision that served before can have its tag. */
export const maxNameWithTag = maxWithTag - previousTag.length;

/** Traffic with its defaults. */
export type ResolvedTraffic = Required<RunTraffic>;

export const resolveTraffic = ({ split = { latest: 100 }, tags = {} }: RunTraffic = {}) => ({ split, tags });

/** Checks combinations of options. */
export function trafficProblems(service: string, { split, tags }: ResolvedTraffic): check.Problem[] {
    return [
        ...splitProblems(split, 0),
        ...Object.keys(tags).flatMap((tag) => {
            const path = `traffic.tags.${tag}`;
            return tag === previousTag
                ? [
                      check.problem(
                          path,
                          "run/tag-of-previous",
                          "is the tag of the revision that served before the latest. Choose another tag.",
                      ),
                  ]
                : tag.length + service.length > maxWithTag
                  ? [
                        check.problem(
                            path,
                            "run/tag-too-long",
                            `must have ${maxWithTag} characters at most together with the name of the service, "${service}" (got ${tag.length + service.length}).`,
                        ),
                    ]
                  : [];
        }),
    ];
}

/**
 * The traffic of a service in the form of the API, by the names of revisions: the shares of the split, the tags, and the way back. That
 * is the revision that served before a latest one with all traffic, which keeps the tag `previous` if the service's name has room for it.
 */
export function trafficArgs(
    service: string,
    { split, tags }: ResolvedTraffic,
    latest: string,
    { shares, tagged }: DeployedService,
) {
    const previous = findPrevious(latest, shares, tagged === latest ? undefined : tagged);
    const named = (name: string) => (name === "latest" ? latest : name === "previous" ? (previous ?? latest) : name);
    const percentages = sharesOf(split, latest, previous);
    const serving = Object.entries(percentages).filter(([, percent]) => percent > 0);
    const isServing = serving.some(([name]) => name === previous);
    const wayBack =
        previous === undefined || isServing || service.length > maxNameWithTag ? {} : { [previousTag]: previous };
    const type = "TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION";
    return [
        ...serving.map(([name, percent]) => ({ type, revision: name, percent })),
        ...Object.entries({ ...tags, ...wayBack }).map(([tag, name]) => ({
            type,
            revision: named(name),
            // Without it, the provider sends the share that the previous deployment had at this place of the list.
            percent: 0,
            tag,
        })),
    ];
}
