import type { FlexibleAppVersionArgs } from "@pulumi/gcp/appengine/flexibleAppVersion";
import type { ServiceNetworkSettingsArgs } from "@pulumi/gcp/appengine/serviceNetworkSettings";
import type { StandardAppVersionArgs } from "@pulumi/gcp/appengine/standardAppVersion";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type { ConnectorArgs } from "@pulumi/gcp/vpcaccess/connector";
import * as check from "../../internal/check";
import { type Transform, transforms } from "../../internal/children";
import { isObject } from "../../internal/value";
import { type FlexibleService, flexibleChecks } from "../flexible";
import { type ServiceArgs, serviceChecks } from "../serviceArguments";
import { type StandardService, standardChecks, standardRequired } from "../standard";
import { type FlexibleTraffic, flexibleTraffic, type StandardTraffic, traffic } from "../traffic";
import { type AppEngineUses, appEngineUses } from "./uses";

interface BothTransforms {
    account?: Transform<AccountArgs>;
    ingress?: Transform<ServiceNetworkSettingsArgs>;
}

/** What services of both environments take beside what they run. */
interface Rollouts {
    /**
     * What the code may do with other components, by the environment variable that tells it of each. A database's `client` makes
     * it a URL: by the socket that App Engine provides where the instance has a public address, else by the service's network.
     * `{ queue: "mails" }` is a queue of the same application, and `{ service: "predictions" }` the address of a service of it.
     * @default nothing
     */
    uses?: AppEngineUses;
    /**
     * How many versions stay in App Engine, those with traffic and the previous one among them: 1 to 100. The others are deleted
     * once the traffic is as it is to be; an application may have 210 ("Quotas").
     * @default 5
     */
    keep?: number;
}

interface StandardRollouts extends Rollouts {
    /**
     * Which versions answer requests.
     * @default all that comes goes to the version that the program deploys, once it serves
     */
    traffic?: StandardTraffic;
    /** The last word on a child's arguments. */
    transform?: { version?: Transform<StandardAppVersionArgs>; connector?: Transform<ConnectorArgs> } & BothTransforms;
}

interface FlexibleRollouts extends Rollouts {
    /**
     * Which versions answer requests.
     * @default all that comes goes to the version that the program deploys, once it serves
     */
    traffic?: FlexibleTraffic;
    /** The last word on a child's arguments. */
    transform?: { version?: Transform<FlexibleAppVersionArgs> } & BothTransforms;
}

/** A service in the standard environment. */
export type StandardServiceArgs = StandardService & ServiceArgs & StandardRollouts;

/** A service in the flexible environment. */
export type FlexibleServiceArgs = FlexibleService & ServiceArgs & FlexibleRollouts;

/** A service of an application, in one of the two environments of App Engine. */
export type AppEngineServiceArgs = StandardServiceArgs | FlexibleServiceArgs;

const both = {
    ...serviceChecks,
    uses: appEngineUses,
    keep: check.whole(1, 100),
};

const children = ["version", "account", "ingress"];

const byEnvironment: Record<string, check.Check> = {
    standard: check.options<StandardServiceArgs>(
        { ...standardChecks, ...both, traffic, transform: transforms(...children, "connector") },
        ...standardRequired,
    ),
    flex: check.options<FlexibleServiceArgs>(
        { ...flexibleChecks, ...both, traffic: flexibleTraffic, transform: transforms(...children) },
        "env",
    ),
};

/** Of a service whose environment is not known, nothing else is. */
const unknown = (given: unknown): check.Check =>
    check.options<{ env: string }>(
        {
            ...Object.fromEntries(
                (isObject(given) ? Object.keys(given) : []).map((key) => [key, check.custom(() => true, "")]),
            ),
            env: check.oneOf(...Object.keys(byEnvironment)),
        },
        "env",
    );

/** Checks a service by itself. */
export const service: check.Check = check.lazily((given) => byEnvironment[Object(given).env] ?? unknown(given));
