import * as pulumi from "@pulumi/pulumi";
import type { ApplicationInputs, ApplicationOutputs, RolloutInputs, RolloutOutputs } from "./admin/inputs";

type Inputs<Of> = { [Key in keyof Of]: pulumi.Input<pulumi.Unwrap<Of[Key]>> | Inputs<Of[Key]> };

/**
 * What the state has of a dynamic resource's code, where `pulumi.dynamic` would write down the whole of it, with all that it
 * imports, and compare that at each update. What it calls is found beside the program, in the version that is installed.
 */
const code = (provider: "application" | "rollout") =>
    `exports.handler = () => require("slipway/appengine/admin").${provider};`;

/** The arguments of an {@link Application}. */
export type ApplicationArgs = Inputs<ApplicationInputs>;

const outputs = (...names: string[]) => Object.fromEntries(names.map((name) => [name, undefined]));

/** The provider of dynamic resources, one of the component's own: Pulumi's default one may be disabled. */
export class DynamicProvider extends pulumi.ProviderResource {
    constructor(name: string, options: pulumi.ResourceOptions) {
        super("pulumi-nodejs", name, {}, options);
    }
}

/** The App Engine application of a project: made, or adopted where there is one, and kept. */
export class Application extends pulumi.CustomResource {
    /** `shop.acme.dev` without a domain of one's own: `acme-dev.ew.r.appspot.com`. */
    declare readonly defaultHostname: pulumi.Output<string>;
    /** A bucket for what the application keeps. */
    declare readonly defaultBucket: pulumi.Output<string>;
    /** The bucket of gcloud's own deployments. */
    declare readonly codeBucket: pulumi.Output<string>;
    /** Where the images of versions are: `eu.gcr.io`. */
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

/** What a service serves: the traffic of its versions, and which of them are kept. */
export class Rollout extends pulumi.CustomResource {
    /** The version to which there is a way back; an empty text before there is one. */
    declare readonly previous: pulumi.Output<string>;
    /** The share of each version that serves: 1 is all. */
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
