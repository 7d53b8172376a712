import type { Context, Inputs, TypeRules } from "../../../rules/rules";
import { invalidField } from "../names";
import { verifyHeaders } from "./backendService";
import { balancing } from "./calls";
import { cdnPolicyState, sentCdnPolicy, verifyCdnPolicy } from "./cdn";
import { createdState, pathIn, requireUnused, sharedRules } from "./references";

const collection = "backendBuckets";

const sent = (policy: Inputs | undefined) => sentCdnPolicy(policy, "USE_ORIGIN_HEADERS", "FORCE_CACHE_ALL");

function verify(inputs: Inputs, { cloud }: Context): void {
    const { bucketName, cdnPolicy } = inputs;
    if (!cloud.store.read(`//storage.googleapis.com/buckets/${bucketName}`)) {
        throw invalidField("bucketName", bucketName, "The bucket does not exist.");
    }
    verifyCdnPolicy(sent(cdnPolicy));
    verifyHeaders(inputs);
}

/**
 * The service agent that reads private buckets is created with the first backend bucket of a project:
 * https://cloud.google.com/cdn/docs/configure-private-bucket-access
 */
function admitAgent({ project }: Inputs, { cloud }: Context): void {
    const email = `service-${cloud.projects.number(project)}@https-lb.iam.gserviceaccount.com`;
    cloud.iam.requestAgent(project, email);
}

export const backendBucket: TypeRules = {
    ...sharedRules(collection),
    noun: "BackendBucket",
    generatedNoun: "ComputeBackendBucket",
    cost: "free",
    verify,
    state: (inputs, context, old) => ({
        ...createdState(inputs, context, old, collection),
        ...(inputs.cdnPolicy && { cdnPolicy: withoutCoalescing(sent(inputs.cdnPolicy) as Inputs) }),
    }),
    afterStore: (state, context, old) => {
        if (!old) {
            admitAgent(state, context);
        }
    },
    remove: (inputs, { cloud }) => requireUnused("backend_bucket", pathIn(collection)(inputs), cloud, "urlMaps"),
    calls: balancing("backendBuckets"),
};

/** In backend buckets, it is not a computed property. */
function withoutCoalescing(policy: Inputs): Inputs {
    const { requestCoalescing, ...others } = cdnPolicyState(policy);
    return policy.requestCoalescing === undefined ? others : { ...others, requestCoalescing };
}
