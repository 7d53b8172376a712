import * as pulumi from "@pulumi/pulumi";
import type { ApplicationInputs, ApplicationOutputs, RolloutInputs, RolloutOutputs } from "./admin/inputs";

type Inputs<Of> = { [Key in keyof Of]: pulumi.Input<pulumi.Unwrap<Of[Key]>> | Inputs<Of[Key]> };

/**
 * The code of a dynamic resource in the state. `pulumi.dynamic` would serialize the whole provider with everything it
 * imports, and compare that at each update. This code loads the installed version of the package.
 */
const code = (provider: "application" | "rollout") =>
    `exports.handler = () => require("slipway/appengine/admin").${provider};`;

/** The arguments of an {@link Application}. */
export type ApplicationArgs = Inputs<ApplicationInputs>;

const outputs = (...names: string[]) => Object.fromEntries(names.map((name) => [name, undefined]));

/** The component's own provider of dynamic resources, because Pulumi's default provider may be disabled. */
export class DynamicProvider extends pulumi.ProviderResource {
    constructor(name: string, options: pulumi.ResourceOptions) {
        super("pulumi-nodejs", name, {}, options);
    }
}

/** The App Engine application of a project: created or adopted, and never deleted. */
export class Application extends pulumi.CustomResource {
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
            "pulumi-nodejs:dynamic/appengine:Application",
            name,
            {
                ...inputs,
                ...outputs("defaultHostname", "defaultBucket", "codeBucket", "gcrDomain"),
                __provider: code("application"),
            },
            options,
        );
    }
}

/** The traffic of a service's versions, and which versions are kept. */
export class Rollout extends pulumi.CustomResource {
    /** The version for a rollback; empty if there is none. */
    declare readonly previous: pulumi.Output<string>;
    /** The traffic share of each serving version, from 0 to 1. */
    declare readonly allocations: pulumi.Output<RolloutOutputs["allocations"]>;
    /** The version that the program deploys. */
    declare readonly latest: pulumi.Output<string>;

    constructor(name: string, inputs: Inputs<RolloutInputs>, options?: pulumi.CustomResourceOptions) {
        super(
            "pulumi-nodejs:dynamic/appengine:Rollout",
            name,
            { ...inputs, ...outputs("previous", "wanted", "allocations"), __provider: code("rollout") },
            options,
        );
    }
}
