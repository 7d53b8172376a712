import { GoogleError, type Inputs } from "../../../simulator";
import { requireApp, servicePath, versionPath } from "../../../simulator/services/appengine/names";
import { verifyFlexibleScaling, verifyStandardScaling } from "../../../simulator/services/appengine/scaling";
import {
    removeService,
    requireService,
    servicesOf,
    setIngress,
    verifyServiceRemoval,
} from "../../../simulator/services/appengine/services";
import { splitTraffic, verifyTraffic } from "../../../simulator/services/appengine/traffic";
import {
    isFlexible,
    removeVersion,
    requireVersion,
    setServingStatus,
    verifyStatus,
    verifyVersionRemoval,
    versionsOf,
} from "../../../simulator/services/appengine/versions";
import { type Call, type Method, maskOf, page, valueAt, withValueAt } from "../../emulator/methods/call";
import { serviceResource, versionResource } from "./resources";

const service = "v1/apps/{appsId}/services/{servicesId}";
const version = `${service}/versions/{versionsId}`;
const empty = "protobuf.Empty";

/** Converts a path to the inputs of the rules. */
const named = ({ appsId, servicesId, versionsId }: Inputs) => ({
    project: String(appsId),
    service: String(servicesId),
    versionId: String(versionsId),
});

const ingresses = ["UNSPECIFIED", "ALL", "INTERNAL_ONLY", "INTERNAL_AND_LB"].map(
    (name) => `INGRESS_TRAFFIC_ALLOWED_${name}`,
);

function patchService({ cloud, names, query, body, operate }: Call): object {
    const { project, service } = named(names);
    const { state } = requireService(cloud, project, service);
    const paths = maskOf(query, [
        ...["split", "split.allocations", "split.shardBy"],
        ...["networkSettings", "networkSettings.ingressTrafficAllowed"],
    ]);
    const desired = paths.reduce((all, path) => withValueAt(all, path, valueAt(body, path)), state as Inputs);
    const isSplit = paths.some((path) => path.startsWith("split"));
    const inputs = { ...named(names), ...desired, service, migrateTraffic: query.get("migrateTraffic") === "true" };
    if (isSplit) {
        verifyTraffic(inputs, cloud);
    }
    const { networkSettings } = desired;
    if (networkSettings && !ingresses.includes(networkSettings.ingressTrafficAllowed)) {
        throw new GoogleError(
            400,
            `Invalid value at 'service.network_settings.ingress_traffic_allowed' (type.googleapis.com/google.appengine.v1.NetworkSettings.IngressTrafficAllowed), "${networkSettings.ingressTrafficAllowed}"`,
        );
    }
    const target = servicePath(project, service);
    return operate({ method: "Services.UpdateService", target, type: "appengine.v1.Service" }, () => {
        if (isSplit) {
            splitTraffic(inputs, cloud);
        }
        if (paths.some((path) => path.startsWith("networkSettings"))) {
            setIngress(inputs, cloud);
        }
        return serviceResource(requireService(cloud, project, service).state);
    });
}

function deleteService({ cloud, names, operate }: Call): object {
    const { project, service } = named(names);
    verifyServiceRemoval(project, service, cloud);
    return operate({ method: "Services.DeleteService", target: servicePath(project, service), type: empty }, () => {
        removeService(project, service, cloud);
        return {};
    });
}

function listServices({ cloud, names, query }: Call): object {
    requireApp(cloud, names.appsId);
    const { items, ...more } = page(query, servicesOf(cloud, names.appsId));
    return { services: items.map(({ state }) => serviceResource(state)), ...more };
}

const viewOf = (query: URLSearchParams) => query.get("view") ?? "BASIC";

function listVersions({ cloud, names, query }: Call): object {
    const { project, service } = named(names);
    const { items, ...more } = page(query, versionsOf(cloud, project, service));
    return { versions: items.map((item) => versionResource(item, cloud, viewOf(query))), ...more };
}

/** Properties of versions that can be updated, by environment and type of scaling. */
const settings = ["maxInstances", "minInstances", "targetCpuUtilization", "targetThroughputUtilization"].map(
    (property) => `automaticScaling.standardSchedulerSettings.${property}`,
);
const ofStandard = {
    automaticScaling: ["automaticScaling.minIdleInstances", "automaticScaling.maxIdleInstances", ...settings],
    basicScaling: ["servingStatus"],
    manualScaling: ["servingStatus", "manualScaling.instances"],
};
const ofFlexible = {
    automaticScaling: [
        "automaticScaling.minTotalInstances",
        "automaticScaling.maxTotalInstances",
        "automaticScaling.coolDownPeriod",
        "automaticScaling.cpuUtilization.targetUtilization",
    ],
    manualScaling: ["manualScaling.instances"],
};

function patchVersion({ cloud, names, query, body, operate }: Call): object {
    const found = requireVersion(cloud, named(names));
    const flexible = isFlexible(found);
    const scaling = Object.entries<string[]>(flexible ? ofFlexible : ofStandard);
    const changeable = scaling.flatMap(([kind, paths]) => (found.state[kind] ? paths : []));
    // Stopping such versions has its own error.
    const paths = maskOf(query, ["servingStatus", ...changeable, ...(flexible ? [] : ["instanceClass"])]);
    if (paths.includes("servingStatus")) {
        verifyStatus(found, body.servingStatus);
    }
    const changed = paths.filter((path) => path !== "servingStatus");
    const state = changed.reduce((all, path) => withValueAt(all, path, valueAt(body, path)), found.state);
    (flexible ? verifyFlexibleScaling : verifyStandardScaling)(state);
    const target = versionPath(state);
    return operate({ method: "Versions.UpdateVersion", target, type: "appengine.v1.Version" }, () => {
        cloud.store.write({ ...found, state });
        if (paths.includes("servingStatus")) {
            setServingStatus(cloud, state, body.servingStatus);
        }
        return versionResource(requireVersion(cloud, state), cloud, "FULL");
    });
}

function deleteVersion({ cloud, names, operate }: Call): object {
    const desired = named(names);
    verifyVersionRemoval(desired, cloud);
    return operate({ method: "Versions.DeleteVersion", target: versionPath(desired), type: empty }, () => {
        removeVersion(desired, cloud);
        return {};
    });
}

const id = (method: string) => `appengine.apps.services.${method}`;

export const serviceMethods: Method[] = [
    {
        id: id("list"),
        verb: "GET",
        path: "v1/apps/{appsId}/services",
        query: ["pageSize", "pageToken"],
        answer: listServices,
    },
    {
        id: id("get"),
        verb: "GET",
        path: service,
        answer: ({ cloud, names }) => serviceResource(requireService(cloud, names.appsId, names.servicesId).state),
    },
    {
        id: id("patch"),
        verb: "PATCH",
        path: service,
        query: ["migrateTraffic", "updateMask"],
        fields: ["name", "id", "split", "networkSettings"],
        answer: patchService,
    },
    { id: id("delete"), verb: "DELETE", path: service, answer: deleteService },
    {
        id: id("versions.list"),
        verb: "GET",
        path: `${service}/versions`,
        query: ["pageSize", "pageToken", "view"],
        answer: listVersions,
    },
    {
        id: id("versions.get"),
        verb: "GET",
        path: version,
        query: ["view"],
        answer: ({ cloud, names, query }) => versionResource(requireVersion(cloud, named(names)), cloud, viewOf(query)),
    },
    {
        id: id("versions.patch"),
        verb: "PATCH",
        path: version,
        query: ["updateMask"],
        fields: ["name", "id", "servingStatus", "instanceClass", "automaticScaling", "basicScaling", "manualScaling"],
        answer: patchVersion,
    },
    { id: id("versions.delete"), verb: "DELETE", path: version, answer: deleteVersion },
];
