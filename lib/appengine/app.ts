import type { ApplicationUrlDispatchRules } from "@pulumi/gcp/appengine/applicationUrlDispatchRules";
import type { DomainMapping } from "@pulumi/gcp/appengine/domainMapping";
import type { FirewallRule } from "@pulumi/gcp/appengine/firewallRule";
import type { Job } from "@pulumi/gcp/cloudscheduler/job";
import * as pulumi from "@pulumi/pulumi";
import { Environment, inEnvironment } from "../environment/environment";
import { oncePromoted } from "../environment/promotion";
import { childrenOf } from "../internal/children";
import type { AppEngineAppArgs } from "./arguments";
import { cronJobs } from "./calls/cron";
import { type Enqueued, taskQueues } from "./calls/queues";
import { type Decided, decided } from "./decided";
import { Application, DynamicProvider } from "./dynamic";
import { admitted } from "./entry/access";
import { dispatchRules } from "./entry/dispatch";
import { domainMappings } from "./entry/domains";
import { firewallRules } from "./entry/firewall";
import { warningOf } from "./service/decided";
import { type AppEngineService, appEngineServices, artifact } from "./service/service";
import { Source } from "./source";
import type { AppYamlOptions } from "./yaml";

const apis = ["appengine", "artifactregistry", "cloudbuild", "iam", "storage"];
const flexibleApis = ["appengineflex", "compute"];

/**
 * The App Engine application of a project with its services. A project has one application, which stays as long as the project:
 * one that is there is adopted, and none is deleted. A service that leaves the program is deleted, in production only once
 * its protection is taken away.
 */
export class AppEngineApp extends pulumi.ComponentResource {
    /** The application of the project. */
    readonly application: Application;
    /** The services that the program deploys, by name. */
    readonly services: Readonly<Record<string, AppEngineService>>;
    /** Where the default service answers: `https://acme-dev.ew.r.appspot.com`. */
    readonly url: pulumi.Output<string>;
    /** The mappings of domains, by name: each has in `resourceRecords` what the domain's DNS must say. */
    readonly domains: Readonly<Record<string, DomainMapping>>;
    /** The rules by which a service is chosen. */
    readonly dispatch?: ApplicationUrlDispatchRules;
    /** The rules of the firewall, by priority. */
    readonly firewall: Readonly<Record<string, FirewallRule>>;
    /** The jobs of Cloud Scheduler, by name. */
    readonly cron: Readonly<Record<string, Job>>;
    /** The queues of Cloud Tasks, by name, each with its `enqueuer`. */
    readonly queues: Readonly<Record<string, Enqueued>>;

    /**
     * The arguments of an application that gcloud deploys by files: those of a folder's app.yaml, and of cron.yaml, dispatch.yaml and
     * queue.yaml beside it. The folder is the `source`: these files belong into its `.gcloudignore`, so that another schedule is
     * no other version. What they leave out has the defaults of this component, such as HTTPS alone. What would be lost is
     * refused, with its line, until `without` names it.
     *
     * @param folder seen from the program's working folder
     */
    static fromAppYaml(folder: string, options?: AppYamlOptions): AppEngineAppArgs {
        // Programs without such files do not wait for what reads them.
        return (require("./yaml") as typeof import("./yaml")).fromAppYaml(folder, options);
    }

    constructor(name: string, given: AppEngineAppArgs, options?: pulumi.ComponentResourceOptions) {
        const environment = Environment.current();
        const args = decided(name, given, environment);
        const sources = args.services.filter(({ digest }) => digest !== undefined);
        const shared = sources.reduce(
            (before, service) => oncePromoted(environment, artifact(name, service), before),
            inEnvironment(options, args.crossProject),
        );
        super("slipway:index:AppEngineApp", name, {}, shared);
        this.tell(name, args);
        const ready = environment.enable(...apisOf(args));
        const child = childrenOf(this, args.transform, { dependsOn: ready });

        const dynamic = { provider: new DynamicProvider(name, { parent: this }) };
        const kept = { ...dynamic, retainOnDelete: true };
        this.application = new Application(...child("application", name, applicationOf(args, environment), kept));
        this.firewall = args.firewall
            ? firewallRules(name, args.firewall, args.isCalled, child, [this.application])
            : {};
        if (args.iap) {
            admitted(name, args.iap, environment, child, [this.application]);
        }
        const { region } = args;
        this.queues = taskQueues(name, args.queues, environment, { region, after: [this.application] }, child);
        this.services = appEngineServices(args.services, {
            component: name,
            parent: this,
            environment,
            application: this.application,
            dynamic,
            source: sources.length > 0 ? new Source(name, environment, child, args.labels) : undefined,
            queues: this.queues,
            region,
            // Nobody gets at what a firewall is to keep from them in the time before it is there.
            ready: [...ready, ...Object.values(this.firewall)],
        });
        const after = Object.values(this.services).map(({ rollout }) => rollout);
        this.dispatch = dispatchRules(name, args.dispatch, child, after);
        this.domains = domainMappings(name, args.domains, child, after);
        this.cron = cronJobs(name, args.cron, environment, { region, after }, child);
        this.url = this.services.default?.url ?? pulumi.interpolate`https://${this.application.defaultHostname}`;
        this.registerOutputs({ application: this.application, url: this.url });
    }

    private tell(name: string, { services }: Decided): void {
        for (const service of services) {
            const warning = warningOf(service);
            if (warning) {
                pulumi.log.warn(`AppEngineApp "${name}": services.${service.key}.${warning}`, this);
            }
        }
    }
}

function apisOf({ services, iap }: Decided): string[] {
    const isFlexible = services.some(({ settings }) => settings.env === "flex");
    const needed = [...apis, ...(isFlexible ? flexibleApis : []), ...(iap ? ["iap"] : [])];
    return needed.map((api) => `${api}.googleapis.com`);
}

function applicationOf({ location, servingStatus, sslPolicy, iap }: Decided, { project }: Environment) {
    const { oauth2ClientId, oauth2ClientSecret } = iap ?? {};
    const secret = oauth2ClientSecret === undefined ? undefined : pulumi.secret(oauth2ClientSecret);
    return {
        project,
        locationId: location,
        servingStatus,
        sslPolicy,
        iap: { enabled: iap !== undefined, oauth2ClientId, oauth2ClientSecret: secret },
    };
}
