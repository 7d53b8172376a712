import type { ComputedBy } from "../computed";

export const computedBy: ComputedBy = {
    "gcp:pubsub/topic:Topic": ({ name }, project) => ({ id: `projects/${project}/topics/${name}` }),
    "gcp:pubsub/schema:Schema": ({ name }, project) => ({ id: `projects/${project}/schemas/${name}` }),
    "gcp:pubsub/subscription:Subscription": ({ name }, project) => ({
        id: `projects/${project}/subscriptions/${name}`,
    }),
};
