import type { Cloud } from "../../cloud/cloud";
import { GoogleError } from "../../cloud/errors";
import type { Inputs } from "../../rules/rules";
import { findApp, regionOf } from "../appengine/names";

/** "AppEngineRouting": App Engine tasks require an application in the queue's region. */
export function verifyRouting({ project, location, appEngineRoutingOverride }: Inputs, cloud: Cloud): void {
    if (!appEngineRoutingOverride) {
        return;
    }
    const app = findApp(cloud, project);
    if (!app) {
        throw new GoogleError(400, `App Engine application of project '${project}' does not exist.`);
    }
    const region = regionOf(String(app.state.locationId));
    if (region !== location) {
        throw new GoogleError(
            400,
            `Location '${location}' is not valid for a queue of App Engine tasks: it must be '${region}', the location of the App Engine application.`,
        );
    }
}

/** The target host: `[instance.version.]service.acme-dev.ew.r.appspot.com`, with dots. */
export function hostOf({ project, appEngineRoutingOverride }: Inputs, cloud: Cloud): string {
    const { service, version, instance } = appEngineRoutingOverride;
    const hostname = String(findApp(cloud, project)?.state.defaultHostname);
    return [instance, version, service, hostname].filter((part) => part).join(".");
}
