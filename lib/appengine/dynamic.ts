import type * as pulumi from "@pulumi/pulumi";
import { type DynamicArgs, DynamicResource } from "../internal/engine/dynamic";
import type { ApplicationInputs, ApplicationOutputs, RolloutInputs, RolloutOutputs } from "./admin/inputs";

/** The arguments of an {@link Application}. */
export type ApplicationArgs = DynamicArgs<ApplicationInputs>;

/** The App Engine application of a project: created or adopted, and never deleted. */
export class Application extends DynamicResource {
    /** The host name: `acme-dev.ew.r.appspot.com`, or `shop.acme.dev` with a custom domain. */
    declare readonly defaultHostname: pulumi.Output<string>;
    /** The bucket for the application's data. */
    declare readonly defaultBucket: pulumi.Output<string>;
    /** The bucket of gcloud's deployments. */
    declare readonly codeBucket: pulumi.Output<string>;
    /** The registry of the versions' images: `eu.gcr.io`. */
    declare readonly gcrDomain: pulumi.Output<string>;
    declare readonly locationId: pulumi.Output<string>;
    declare readonly servingStatus: pulumi.Output<ApplicationOutputs["servingStatus"]>;
    declare readonly project: pulumi.Output<string>;

    constructor(name: string, inputs: ApplicationArgs, options?: pulumi.CustomResourceOptions) {
        super(
            {
                type: "appengine:Application",
                provider: "application",
                outputs: ["defaultHostname", "defaultBucket", "codeBucket", "gcrDomain"],
            },
            name,
            inputs,
            options,
        );
    }
}

/** The traffic of a service's versions, and which versions are kept. */
export class Rollout extends DynamicResource {
    /** The version for a rollback; empty if there is none. */
    declare readonly previous: pulumi.Output<string>;
    /** The traffic share of each serving version, from 0 to 1. */
    declare readonly allocations: pulumi.Output<RolloutOutputs["allocations"]>;
    /** The version that the program deploys. */
    declare readonly latest: pulumi.Output<string>;

    constructor(name: string, inputs: DynamicArgs<RolloutInputs>, options?: pulumi.CustomResourceOptions) {
        super(
            { type: "appengine:Rollout", provider: "rollout", outputs: ["previous", "wanted", "allocations"] },
            name,
            inputs,
            options,
        );
    }
}
