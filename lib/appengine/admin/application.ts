import type { dynamic } from "@pulumi/pulumi";
import { AdminApi, type AdminError } from "../../internal/adminApi/adminApi";
import { regionOf } from "../region";
import type { ApplicationInputs, ApplicationOutputs, ApplicationSettings } from "./inputs";

/** An {@link https://cloud.google.com/appengine/docs/admin-api/reference/rest/v1/apps application} in the API. */
interface Application extends Partial<ApplicationSettings> {
    id: string;
    locationId: string;
    defaultHostname?: string;
    defaultBucket?: string;
    codeBucket?: string;
    gcrDomain?: string;
}

/**
 * The provider of the application resource. A project has one application, which cannot be moved or deleted: an existing one
 * is adopted, and delete does nothing.
 */
export function applicationProvider(
    api = new AdminApi(),
): dynamic.ResourceProvider<ApplicationInputs, ApplicationOutputs> {
    return {
        async check(olds, news) {
            const reason = await inputProblem(api, olds, news);
            return { inputs: news, failures: reason === undefined ? [] : [{ property: "", reason }] };
        },
        async diff(_id, olds, news) {
            const isUnchanged = JSON.stringify(settingsOf(olds)) === JSON.stringify(settingsOf(news));
            return { changes: !isUnchanged, replaces: olds.project === news.project ? [] : ["project"] };
        },
        async create(inputs) {
            const { project, locationId } = inputs;
            const find = () => api.find<Application>(`apps/${project}`);
            const { iap, ...settings } = settingsOf(inputs);
            const body = { id: project, locationId, ...settings, ...(iap.enabled && { iap }) };
            const found = (await find()) ?? (await createOrFind(api, body, find));
            if (found !== undefined) {
                const reason = adoptionProblem(inputs, found);
                if (reason !== undefined) {
                    throw new Error(reason);
                }
                await patch(api, inputs, changedSettings(found, inputs));
            }
            return { id: project, outs: await outputs(api, inputs) };
        },
        async update(_id, olds, news) {
            await patch(api, news, changedSettings(olds, news));
            return { outs: await outputs(api, news) };
        },
        async read(id, props = {} as ApplicationOutputs) {
            const found = await api.find<Application>(`apps/${id}`);
            // An empty id means that the resource was deleted.
            return found === undefined ? { id: "" } : { id, props: { ...props, ...readState(props, found) } };
        },
        // An application is only deleted with its project.
        async delete() {},
    };
}

/** Why an existing application cannot be adopted with these inputs. */
function adoptionProblem(inputs: ApplicationInputs, { locationId, iap }: Application): string | undefined {
    const removesIap = iap?.enabled && !inputs.iap.enabled;
    return (
        locationProblem(inputs, locationId) ??
        (removesIap
            ? `iap: is missing, and Identity-Aware Proxy, which protects the App Engine application of ${inputs.project}, would be turned off. Name the members with access, or turn it off first.`
            : undefined)
    );
}

function locationProblem({ project, locationId }: ApplicationInputs, found: string): string | undefined {
    return locationId === found
        ? undefined
        : `region: the App Engine application of ${project} is in ${regionOf(found)}, and cannot be moved (got "${regionOf(locationId)}"). Set region: "${regionOf(found)}", or use another project.`;
}

/** Checks the inputs at preview, as far as possible. */
async function inputProblem(
    api: AdminApi,
    olds: Partial<ApplicationInputs>,
    news: ApplicationInputs,
): Promise<string | undefined> {
    const { locationId, project } = olds;
    if (locationId !== undefined && project === news.project) {
        return locationProblem(news, locationId);
    }
    // While the API is disabled the check cannot be made, and there is no application.
    const find = api.find<Application>(`apps/${news.project}`, { retry: false });
    return find.then(
        (found) => found && adoptionProblem(news, found),
        () => undefined,
    );
}

/** Creates an application; returns the one that a call has created whose answer was lost, and which was repeated. */
async function createOrFind(
    api: AdminApi,
    body: object,
    find: () => Promise<Application | undefined>,
): Promise<Application | undefined> {
    try {
        await api.change("POST", "apps", { body });
        return undefined;
    } catch (error) {
        const found = (error as AdminError).status === 409 ? await find() : undefined;
        if (found === undefined) {
            throw error;
        }
        return found;
    }
}

const settingsOf = ({ servingStatus, sslPolicy, iap }: ApplicationInputs): ApplicationSettings => ({
    servingStatus,
    sslPolicy,
    iap: { enabled: iap.enabled, oauth2ClientId: iap.oauth2ClientId, oauth2ClientSecret: iap.oauth2ClientSecret },
});

/** The names of the changed settings, for the update mask. */
function changedSettings(
    before: Partial<ApplicationSettings>,
    now: ApplicationSettings,
): (keyof ApplicationSettings)[] {
    const isOff = !before.iap?.enabled && !now.iap.enabled;
    const isIapUnchanged = isOff || JSON.stringify(before.iap) === JSON.stringify(now.iap);
    return [
        ...(before.servingStatus === now.servingStatus ? [] : ["servingStatus" as const]),
        ...(before.sslPolicy === now.sslPolicy ? [] : ["sslPolicy" as const]),
        ...(isIapUnchanged ? [] : ["iap" as const]),
    ];
}

async function patch(api: AdminApi, inputs: ApplicationInputs, mask: (keyof ApplicationSettings)[]): Promise<void> {
    if (mask.length > 0) {
        const body = Object.fromEntries(mask.map((setting) => [setting, inputs[setting]]));
        await api.change("PATCH", `apps/${inputs.project}`, { query: { updateMask: mask.join(",") }, body });
    }
}

async function outputs(api: AdminApi, inputs: ApplicationInputs): Promise<ApplicationOutputs> {
    const found = await api.get<Application>(`apps/${inputs.project}`);
    return { ...inputs, ...computedOutputs(found) };
}

/** The API does not promise these fields, and a dynamic resource with an undefined output fails after it was created. */
const computedOutputs = ({
    defaultHostname = "",
    defaultBucket = "",
    codeBucket = "",
    gcrDomain = "",
}: Application) => ({
    defaultHostname,
    defaultBucket,
    codeBucket,
    gcrDomain,
});

/** The state in the form of the inputs; the API never returns the secret of a client. */
function readState({ sslPolicy, iap }: Partial<ApplicationOutputs>, found: Application): Partial<ApplicationOutputs> {
    const isEnabled = found.iap?.enabled ?? false;
    return {
        locationId: found.locationId,
        servingStatus: found.servingStatus,
        sslPolicy: found.sslPolicy ?? sslPolicy,
        iap: isEnabled === iap?.enabled ? iap : { enabled: isEnabled },
        ...computedOutputs(found),
    };
}
