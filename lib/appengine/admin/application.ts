import type { dynamic } from "@pulumi/pulumi";
import { AdminApi } from "./api";
import type { ApplicationInputs, ApplicationOutputs, ApplicationSettings } from "./inputs";

/** What Google says of an application ("REST Resource: apps"). */
interface Application extends Partial<ApplicationSettings> {
    id: string;
    locationId: string;
    defaultHostname: string;
    defaultBucket: string;
    codeBucket: string;
    gcrDomain: string;
}

/**
 * The application of a project. A project has one, where it was made first, and keeps it: one that is there is adopted, and
 * none is ever deleted.
 */
export function applicationProvider(
    api = new AdminApi(),
): dynamic.ResourceProvider<ApplicationInputs, ApplicationOutputs> {
    return {
        async check(olds, news) {
            const reason = await refusal(api, olds, news);
            return { inputs: news, failures: reason === undefined ? [] : [{ property: "", reason }] };
        },
        async diff(_id, olds, news) {
            const isSame = JSON.stringify(settingsOf(olds)) === JSON.stringify(settingsOf(news));
            return { changes: !isSame, replaces: olds.project === news.project ? [] : ["project"] };
        },
        async create(inputs) {
            const { project, locationId } = inputs;
            const found = await api.find<Application>(`apps/${project}`);
            if (found === undefined) {
                const { iap, ...settings } = settingsOf(inputs);
                const body = { id: project, locationId, ...settings, ...(iap.enabled && { iap }) };
                await api.change("POST", "apps", { body });
            } else {
                const reason = adoptionProblem(inputs, found);
                if (reason !== undefined) {
                    throw new Error(reason);
                }
                await set(api, inputs, changed(found, inputs));
            }
            return { id: project, outs: await outputs(api, inputs) };
        },
        async update(_id, olds, news) {
            await set(api, news, changed(olds, news));
            return { outs: await outputs(api, news) };
        },
        async read(id, props = {} as ApplicationOutputs) {
            const found = await api.find<Application>(`apps/${id}`);
            // What was deleted has no id.
            return found === undefined ? { id: "" } : { id, props: { ...props, ...known(props, found) } };
        },
        // Only with its project does an application end.
        async delete() {},
    };
}

/** Why an application that is there cannot be adopted as the program has it. */
function adoptionProblem(inputs: ApplicationInputs, { locationId, iap }: Application): string | undefined {
    const isBared = iap?.enabled && !inputs.iap.enabled;
    return (
        placeProblem(inputs, locationId) ??
        (isBared
            ? `iap: is missing, as Identity-Aware Proxy stands before the App Engine application of ${inputs.project}, and would be taken away. Say who is let in, or switch it off before.`
            : undefined)
    );
}

function placeProblem({ project, locationId }: ApplicationInputs, found: string): string | undefined {
    return locationId === found
        ? undefined
        : `location: the App Engine application of ${project} is in ${found}, where it stays (got "${locationId}"). Take location: "${found}", or another project.`;
}

/** What is wrong, as far as it can be told before anything is made. */
async function refusal(
    api: AdminApi,
    olds: Partial<ApplicationInputs>,
    news: ApplicationInputs,
): Promise<string | undefined> {
    const { locationId, project } = olds;
    if (locationId !== undefined && project === news.project) {
        return placeProblem(news, locationId);
    }
    // Before the API is enabled nobody can tell, and there is none.
    const find = api.find<Application>(`apps/${news.project}`, { isPatient: false });
    return find.then(
        (found) => found && adoptionProblem(news, found),
        () => undefined,
    );
}

const settingsOf = ({ servingStatus, sslPolicy, iap }: ApplicationInputs): ApplicationSettings => ({
    servingStatus,
    sslPolicy,
    iap: { enabled: iap.enabled, oauth2ClientId: iap.oauth2ClientId, oauth2ClientSecret: iap.oauth2ClientSecret },
});

/** The settings that are others than before, by their names in the mask of an update. */
function changed(before: Partial<ApplicationSettings>, now: ApplicationSettings): (keyof ApplicationSettings)[] {
    const isOff = !before.iap?.enabled && !now.iap.enabled;
    const isIap = isOff || JSON.stringify(before.iap) === JSON.stringify(now.iap);
    return [
        ...(before.servingStatus === now.servingStatus ? [] : ["servingStatus" as const]),
        ...(before.sslPolicy === now.sslPolicy ? [] : ["sslPolicy" as const]),
        ...(isIap ? [] : ["iap" as const]),
    ];
}

async function set(api: AdminApi, inputs: ApplicationInputs, mask: (keyof ApplicationSettings)[]): Promise<void> {
    if (mask.length > 0) {
        const body = Object.fromEntries(mask.map((setting) => [setting, inputs[setting]]));
        await api.change("PATCH", `apps/${inputs.project}`, { query: { updateMask: mask.join(",") }, body });
    }
}

async function outputs(api: AdminApi, inputs: ApplicationInputs): Promise<ApplicationOutputs> {
    const found = await api.get<Application>(`apps/${inputs.project}`);
    return { ...inputs, ...hosts(found) };
}

const hosts = ({ defaultHostname, defaultBucket, codeBucket, gcrDomain }: Application) => ({
    defaultHostname,
    defaultBucket,
    codeBucket,
    gcrDomain,
});

/** What is found, in the form of the inputs: Google never tells the secret of a client. */
function known({ sslPolicy, iap }: Partial<ApplicationOutputs>, found: Application): Partial<ApplicationOutputs> {
    const isEnabled = found.iap?.enabled ?? false;
    return {
        locationId: found.locationId,
        servingStatus: found.servingStatus,
        sslPolicy: found.sslPolicy ?? sslPolicy,
        iap: isEnabled === iap?.enabled ? iap : { enabled: isEnabled },
        ...hosts(found),
    };
}
