import type { ApplicationUrlDispatchRules } from "@pulumi/gcp/appengine/applicationUrlDispatchRules";
import type { DomainMapping } from "@pulumi/gcp/appengine/domainMapping";
import type { FirewallRule } from "@pulumi/gcp/appengine/firewallRule";
import type { Job } from "@pulumi/gcp/cloudscheduler/job";
import * as pulumi from "@pulumi/pulumi";
import { component } from "../component/component";
import { Environment, inEnvironment } from "../environment/environment";
import { oncePromoted } from "../environment/promotion";
import { DynamicProvider } from "../internal/engine/dynamic";
import { signalsOfAppEngine } from "../monitoring/signals/serving";
import type { AppEngineAppArgs } from "./appArgs";
import { type ResolvedArgs, resolveArgs } from "./appArgs";
import { cronJobs } from "./calls/cron";
import { type Enqueued, taskQueues } from "./calls/queues";
import { Application } from "./dynamic";
import { dispatchRules } from "./entry/dispatch";
import { domainMappings } from "./entry/domains";
import { firewallRules } from "./entry/firewall";
import { grantIapAccess } from "./entry/iap";
import { locationIn } from "./region";
import { type AppEngineService, appEngineServices, artifact } from "./service/service";
import { serviceWarning } from "./service/serviceArgs";
import { SourceBucket } from "./source";
import type { AppYamlOptions } from "./yaml";

const apis = ["appengine", "artifactregistry", "cloudbuild", "iam", "storage"];
const flexibleApis = ["appengineflex", "compute"];

/**
 * The App Engine application of a project and its services. A project has one application, which cannot be deleted: an
 * existing one is adopted, and destroying the stack keeps it. A service that is removed from the program is deleted; in
 * production its protection must be removed first.
 * @example
 * ```ts
 * const app = new AppEngineApp("shop", {
 *     services: { default: { source: "./web", entrypoint: "gunicorn --bind :$PORT main:app", ingress: "all" } },
 *     domains: { "shop.acme.com": {} },
 * });
 * ```
 */
export class AppEngineApp extends pulumi.ComponentResource {
    /** The application of the project. */
    readonly application: Application;
    /** The services that the program deploys, by name. */
    readonly services: Readonly<Record<string, AppEngineService>>;
    /** The region of the application. */
    readonly region: string;
    /** The URL of the default service: `https://acme-dev.ew.r.appspot.com`. */
    readonly url: pulumi.Output<string>;
    /** The domain mappings, by domain; `resourceRecords` of each has the DNS records that the domain needs. */
    readonly domains: Readonly<Record<string, DomainMapping>>;
    /** The dispatch rules. */
    readonly dispatch?: ApplicationUrlDispatchRules;
    /** The firewall rules, by priority. */
    readonly firewall: Readonly<Record<string, FirewallRule>>;
    /** The Cloud Scheduler jobs, by name. */
    readonly cron: Readonly<Record<string, Job>>;
    /** The Cloud Tasks queues, by name, each with its `enqueuer`. */
    readonly queues: Readonly<Record<string, Enqueued>>;

    /**
     * Converts the files of an application that is deployed with gcloud to arguments: a folder's app.yaml, and cron.yaml,
     * dispatch.yaml and queue.yaml in the same folder. The folder is the `source`; list these files in its `.gcloudignore`, so that a
     * change of a schedule does not create a version. What the files leave out has the defaults of this component, such as
     * HTTPS only. Keys that affect the application and have no equivalent are refused, with their line, unless `without`
     * names them.
     *
     * @param folder relative to the program's working directory
     */
    static fromAppYaml(folder: string, options?: AppYamlOptions): AppEngineAppArgs {
        // Loaded only by programs that use it.
        return (require("./yaml") as typeof import("./yaml")).fromAppYaml(folder, options);
    }

    constructor(name: string, args: AppEngineAppArgs, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const resolved = environment.resolved(() => resolveArgs(name, args, environment));
        const sources = resolved.services.filter(({ digest }) => digest !== undefined);
        const shared = sources.reduce(
            (before, service) => oncePromoted(environment, artifact(name, service), before),
            inEnvironment(options, args.crossProject),
        );
        super("slipway:index:AppEngineApp", name, {}, shared);
        this.warnOfRuntimes(name, resolved);
        const { child, ready, observe } = component(this, name, resolved, { apis: requiredApis(resolved) });

        const dynamic = { provider: new DynamicProvider(name, { parent: this }) };
        const applicationOptions = { ...dynamic, retainOnDelete: true };
        this.application = new Application(
            ...child("application", name, applicationArgs(resolved, environment), applicationOptions),
        );
        this.firewall = resolved.firewall
            ? firewallRules(name, resolved.firewall, resolved.isCalled, child, [this.application])
            : {};
        if (resolved.iap) {
            grantIapAccess(name, resolved.iap, environment, child, [this.application]);
        }
        const { region } = resolved;
        this.region = region;
        this.queues = taskQueues(name, resolved.queues, environment, { region, after: [this.application] }, child);
        this.services = appEngineServices(resolved.services, {
            component: name,
            parent: this,
            environment,
            application: this.application,
            dynamic,
            source: sources.length > 0 ? new SourceBucket(name, environment, child, resolved.labels) : undefined,
            queues: this.queues,
            region,
            // The firewall is complete before the first version serves.
            ready: [...ready, ...Object.values(this.firewall)],
        });
        const rollouts = Object.values(this.services).map(({ rollout }) => rollout);
        this.dispatch = dispatchRules(name, resolved.dispatch, child, rollouts);
        this.domains = domainMappings(name, resolved.domains, child, rollouts);
        this.cron = cronJobs(name, resolved.cron, environment, { region, after: rollouts }, child);
        this.url = this.services.default?.url ?? pulumi.interpolate`https://${this.application.defaultHostname}`;
        observe("Serving", signalsOfAppEngine(), args.alerts);
        this.registerOutputs({ application: this.application, url: this.url });
    }

    private warnOfRuntimes(name: string, { services }: ResolvedArgs): void {
        for (const service of services) {
            const warning = serviceWarning(service);
            if (warning) {
                pulumi.log.warn(`AppEngineApp "${name}": services.${service.key}.${warning}`, this);
            }
        }
    }
}

function requiredApis({ services, iap }: ResolvedArgs): string[] {
    const isFlexible = services.some(({ settings }) => settings.flexible);
    const names = [...apis, ...(isFlexible ? flexibleApis : []), ...(iap ? ["iap"] : [])];
    return names.map((api) => `${api}.googleapis.com`);
}

function applicationArgs({ region, servingStatus, sslPolicy, iap }: ResolvedArgs, { project }: Environment) {
    const { oauth2ClientId, oauth2ClientSecret } = iap ?? {};
    const secret = oauth2ClientSecret === undefined ? undefined : pulumi.secret(oauth2ClientSecret);
    return {
        project,
        locationId: locationIn(region) as string,
        servingStatus,
        sslPolicy,
        iap: { enabled: iap !== undefined, oauth2ClientId, oauth2ClientSecret: secret },
    };
}
