import type { FlexibleAppVersionArgs } from "@pulumi/gcp/appengine/flexibleAppVersion";
import type { ServiceNetworkSettingsArgs } from "@pulumi/gcp/appengine/serviceNetworkSettings";
import type { StandardAppVersionArgs } from "@pulumi/gcp/appengine/standardAppVersion";
import type { AccountArgs } from "@pulumi/gcp/serviceaccount/account";
import type { ConnectorArgs } from "@pulumi/gcp/vpcaccess/connector";
import { type AnyServiceAccount, serviceAccount } from "../../iam/serviceAccount";
import * as check from "../../internal/check";
import { type Transform, transforms } from "../../internal/children";
import { type FlexibleService, flexibleChecks, flexibleRequired } from "../flexible";
import { type ServiceArgs, serviceChecks } from "../serviceArguments";
import { type StandardService, standardChecks, standardRequired } from "../standard";
import { type FlexibleTraffic, flexibleTraffic, type StandardTraffic, traffic } from "../traffic";
import { type AppEngineUses, appEngineUses } from "./uses";

interface CommonTransforms {
    account?: Transform<AccountArgs>;
    ingress?: Transform<ServiceNetworkSettingsArgs>;
}

/** The arguments of services in both environments. */
interface CommonServiceArgs {
    /**
     * The service account that the code runs as, a {@link ServiceAccount}. Its roles are granted to all that run as it. Another account
     * deploys a new version.
     * @default an account of the service's own
     */
    account?: AnyServiceAccount;
    /**
     * The capabilities that the code uses, by the environment variable that receives the value of each. The `client` of a
     * database provides a URL: through App Engine's socket if the instance has a public address, otherwise through the
     * service's network. `{ queue: "mails" }` is a queue of the same application, `{ service: "predictions" }` the URL of a
     * service of the same application.
     * @default none
     */
    uses?: AppEngineUses;
    /**
     * The number of versions to keep, including those with traffic and the previous one: 1 to 100. Other versions are deleted
     * after traffic has moved; an application can have {@link https://cloud.google.com/appengine/docs/standard/quotas 210}.
     * @default 5
     */
    keep?: number;
}

interface StandardOptions extends CommonServiceArgs {
    /**
     * The versions that receive traffic.
     * @default the deployed version receives all traffic once it serves
     */
    traffic?: StandardTraffic;
    /** Callbacks that edit the arguments of child resources. */
    transform?: {
        version?: Transform<StandardAppVersionArgs>;
        connector?: Transform<ConnectorArgs>;
    } & CommonTransforms;
}

interface FlexibleOptions extends CommonServiceArgs {
    /**
     * The versions that receive traffic.
     * @default the deployed version receives all traffic once it serves
     */
    traffic?: FlexibleTraffic;
    /** Callbacks that edit the arguments of child resources. */
    transform?: { version?: Transform<FlexibleAppVersionArgs> } & CommonTransforms;
}

/** A service in the standard environment. */
export type StandardServiceArgs = StandardService & ServiceArgs & StandardOptions;

/** A service in the flexible environment. */
export type FlexibleServiceArgs = FlexibleService & ServiceArgs & FlexibleOptions;

/** A service of an application, in the standard or the flexible environment. */
export type AppEngineServiceArgs = check.OneOf<StandardServiceArgs | FlexibleServiceArgs>;

const commonChecks = {
    ...serviceChecks,
    account: serviceAccount,
    uses: appEngineUses,
    keep: check.whole(1, 100),
};

const childNames = ["version", "account", "ingress"] as const;

const standard = check.options<StandardServiceArgs>(
    { ...standardChecks, ...commonChecks, traffic, transform: transforms(...childNames, "connector") },
    ...standardRequired,
);

const flexible = check.options<FlexibleServiceArgs>(
    { ...flexibleChecks, ...commonChecks, traffic: flexibleTraffic, transform: transforms(...childNames) },
    ...flexibleRequired,
);

/** Checks each argument of a service. */
export const service = check.lazily((value) => (Object(value).flexible === true ? flexible : standard));
