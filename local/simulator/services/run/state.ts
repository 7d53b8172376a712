import type { Cloud } from "../../cloud/cloud";
import type { Context, Inputs } from "../../rules/rules";
import { common, condition } from "./conditions";
import { kinds } from "./kind";
import { deterministicUrl, servicePath, serviceUrl, taggedUrl } from "./names";
import { areReady, nextRevision, RouteFailure } from "./revision";
import type { StartFailure } from "./start";
import { completedTemplate } from "./template";
import { targetsOf, traffic } from "./traffic";

/** What a service's targets receive, with the URLs of tags. */
const statusesOf = (targets: Inputs[], uri: string): Inputs[] =>
    targets.map(({ percent, type = traffic.latest, revision = "", tag = "" }) => ({
        percent,
        type,
        revision,
        tag,
        uri: tag ? taggedUrl(uri, tag) : "",
    }));

/** The URLs of a service, unless its default URL is disabled. */
function urlsOf(
    { project, location, name, defaultUriDisabled }: Inputs,
    cloud: Cloud,
): { uri: string; urls: string[] } {
    const number = cloud.projects.number(project);
    const uri = serviceUrl(number, location, name);
    return defaultUriDisabled
        ? { uri: "", urls: [] }
        : { uri, urls: [...new Set([deterministicUrl(number, location, name), uri])] };
}

/** Values that the server sets, also for services of functions. */
export function state(inputs: Inputs, context: Context, old?: Inputs): Inputs {
    const { cloud } = context;
    const { project, location, name, scaling } = inputs;
    const path = servicePath(inputs, name);
    const now = cloud.now().toISOString();
    const revision = `${path}/revisions/${nextRevision(kinds.service, inputs, context, old).name}`;
    const targets = targetsOf(traffic, inputs);
    return {
        ingress: "INGRESS_TRAFFIC_ALL",
        launchStage: "GA",
        ...inputs,
        template: completedTemplate(kinds.service, inputs, cloud),
        // https://googleapis.dev/dotnet/Google.Apis.CloudRun.v2/latest/api/Google.Apis.CloudRun.v2.Data.GoogleCloudRunV2ServiceScaling.html:
        // the maximum is kept. Config Connector's simulation drops it (`mockgcp/generated/mockgcp/cloud/run/v2/vendor_settings.pb.go`).
        scaling: { manualInstanceCount: 0, maxInstanceCount: 0, minInstanceCount: 0, ...scaling },
        traffics: targets,
        trafficStatuses: statusesOf(targets, serviceUrl(cloud.projects.number(project), location, name)),
        conditions: ["RoutesReady", "ConfigurationsReady"].map((type) => condition(type, now)),
        terminalConditions: [condition("Ready", now)],
        ...common(inputs, path, cloud, old),
        latestCreatedRevision: revision,
        latestReadyRevision: revision,
        ...urlsOf(inputs, cloud),
        ...(inputs.buildConfig && { buildConfig: { name: "", ...inputs.buildConfig } }),
        ...(inputs.multiRegionSettings && {
            multiRegionSettings: { multiRegionId: "", ...inputs.multiRegionSettings },
        }),
    };
}

/** The state of a service whose revision or traffic has failed: the ready revisions keep their traffic. */
export function brokenState(state: Inputs, failure: StartFailure, { cloud }: Context, old?: Inputs): Inputs {
    const now = cloud.now().toISOString();
    const isRoute = failure instanceof RouteFailure;
    const isRouted = !isRoute && old !== undefined && areReady(cloud, kinds.service, traffic, state);
    return {
        ...(!isRoute && { latestReadyRevision: old?.latestReadyRevision ?? "" }),
        ...(!isRouted && { trafficStatuses: old?.trafficStatuses ?? [] }),
        conditions: [
            condition("RoutesReady", now, isRouted ? undefined : failure),
            condition("ConfigurationsReady", now, isRoute ? undefined : failure),
        ],
        terminalConditions: [condition("Ready", now, failure)],
    };
}
