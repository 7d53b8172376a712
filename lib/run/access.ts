import type { IapMember } from "../iam/iapMember";
import { duplicateMembers } from "../iam/iapMember";
import * as check from "../internal/arguments/check";
import type { Ingress } from "../internal/network/ingress";

/** Who reaches the service. */
export function resolveReach({
    ingress,
    defaultUrl,
    public: isPublic,
    iap,
}: {
    ingress?: Ingress;
    defaultUrl?: boolean;
    public?: boolean;
    iap?: readonly IapMember[];
}) {
    const isOpen = isPublic || iap !== undefined;
    return {
        ingress: ingress ?? (isOpen ? "all" : "load-balancer"),
        isOpenByDefault: ingress === undefined && isOpen === true && defaultUrl !== false,
    } as const;
}

/**
 * Checks who reaches the service, and at which address.
 *
 * @param used what uses the default URL
 */
export function accessProblems(
    { iap, public: isPublic, defaultUrl }: { iap?: readonly IapMember[]; public: boolean; defaultUrl: boolean },
    used: { triggers: object; tags: object },
): check.Problem[] {
    return [
        ...(iap && isPublic
            ? [
                  check.problem(
                      "public",
                      "run/public-with-iap",
                      "would let everyone call the service without signing in. Remove it, or remove iap.",
                  ),
              ]
            : []),
        ...(iap?.length === 0
            ? [
                  check.problem(
                      "iap",
                      "run/iap-empty",
                      "must have a member, such as group:shop@acme.dev. Remove it for no sign-in.",
                  ),
              ]
            : []),
        ...(iap ?? []).flatMap((member, index) => {
            const reason = `is a personal account (got "${member}"). Use an account of the project's organization.`;
            return /@(gmail|googlemail)\.com$/i.test(member)
                ? [check.problem(`iap.${index}`, "run/iap-personal-account", reason)]
                : [];
        }),
        ...duplicateMembers("iap", iap ?? []),
        ...(!defaultUrl && Object.keys(used.triggers).length > 0
            ? [
                  check.problem(
                      "defaultUrl",
                      "run/default-url-of-triggers",
                      "must not be false with triggers, which call the default URL. Remove it.",
                  ),
              ]
            : []),
        ...(!defaultUrl && Object.keys(used.tags).length > 0
            ? [
                  check.problem(
                      "traffic.tags",
                      "run/default-url-of-tags",
                      "have addresses below the default URL, which the service does not have. Remove them, or defaultUrl.",
                  ),
              ]
            : []),
    ];
}

/** The values of `ingress` in the form of the API. */
export const ingressValues: Record<Ingress, string> = {
    internal: "INGRESS_TRAFFIC_INTERNAL_ONLY",
    "load-balancer": "INGRESS_TRAFFIC_INTERNAL_LOAD_BALANCER",
    all: "INGRESS_TRAFFIC_ALL",
};
