import { bigQueryLimits } from "slipway/facts";
import { secondsIn } from "../../../../lib/formats";
import { GoogleError } from "../../cloud/errors";
import { isRegion } from "../../cloud/regions";
import type { Context, Inputs, TypeRules } from "../../rules/rules";
import { currentAccesses, defaultAccesses, fullRole, setAccesses, verifyAccesses } from "./access";
import { alreadyExists, api, bigQueryName, datasetPath, displayName, invalid, timestamps, verifyKey } from "./names";
import { countUpdate } from "./updates";

const { datasetId, tableExpiration, timeTravel } = bigQueryLimits.rows;

/** "BigQuery Omni locations". https://cloud.google.com/bigquery/docs/locations#omni-loc */
const omniRegions = [
    "aws-us-east-1",
    "aws-us-west-2",
    "aws-ap-northeast-2",
    "aws-ap-southeast-2",
    "aws-eu-west-1",
    "aws-eu-central-1",
    "azure-eastus2",
];

const isOneRegion = (place: string) => isRegion(place) || omniRegions.includes(place);

/** "BigQuery locations": multi-regions are uppercase, regions are lowercase. */
function locationOf(location: string): string {
    const place = location.toLowerCase();
    return isOneRegion(place) ? place : location.toUpperCase();
}

const isLocation = (location: string) =>
    ["US", "EU"].includes(locationOf(location)) || isOneRegion(locationOf(location));

function verify(inputs: Inputs, context: Context): void {
    const { cloud } = context;
    const { project, location, maxTimeTravelHours, accesses = [], defaultEncryptionConfiguration } = inputs;
    if (!isLocation(location)) {
        throw invalid(`Invalid value for location: ${location} is not a valid value`);
    }
    const [minHours, maxHours] = [secondsIn(timeTravel.min) / 3600, secondsIn(timeTravel.max) / 3600];
    const hours = Number(maxTimeTravelHours || maxHours);
    // Whole days.
    if (!(hours >= minHours && hours <= maxHours && hours % 24 === 0)) {
        throw invalid(
            `Invalid value for max_time_travel_hours: ${maxTimeTravelHours}. It must be ${minHours} to ${maxHours}, in days.`,
        );
    }
    verifyOptions(inputs);
    verifyAccesses(cloud, datasetPath(inputs), accesses);
    verifyKey(cloud, defaultEncryptionConfiguration?.kmsKeyName, project, location);
    countUpdate(inputs, context);
}

/** https://cloud.google.com/bigquery/docs/reference/rest/v2/datasets#Dataset */
function verifyOptions({ storageBillingModel: model, defaultCollation, externalCatalogDatasetOptions }: Inputs): void {
    if (model && !["LOGICAL", "PHYSICAL", "STORAGE_BILLING_MODEL_UNSPECIFIED"].includes(model)) {
        throw invalid(`Invalid value for storageBillingModel: ${model} is not a valid value`);
    }
    if (defaultCollation && defaultCollation !== "und:ci") {
        throw invalid(`Invalid value for defaultCollation: ${defaultCollation} is not a valid value`);
    }
    if ((externalCatalogDatasetOptions?.defaultStorageLocationUri?.length ?? 0) > 1024) {
        throw invalid("externalCatalogDatasetOptions.defaultStorageLocationUri is longer than 1024.");
    }
}

const lowerCase = (value: unknown) => String(value).toLowerCase();

export const dataset: TypeRules = {
    noun: "Dataset",
    generatedNoun: "BigQueryDataset",
    api,
    id: datasetPath,
    validators: {
        datasetId: (id) => {
            if (id.length > datasetId.max) {
                return `"dataset_id" cannot be greater than ${datasetId.max.toLocaleString("en-US")} characters`;
            }
            return /^\w+$/.test(id)
                ? undefined
                : '"dataset_id" must contain only letters (a-z, A-Z), numbers (0-9), or underscores (_)';
        },
        defaultTableExpirationMs: (milliseconds) =>
            Number(milliseconds) < secondsIn(tableExpiration.min) * 1000
                ? '"default_table_expiration_ms" cannot be shorter than 3600000 milliseconds (one hour)'
                : undefined,
    },
    normalize: {
        "accesses.role": fullRole,
        "accesses.userByEmail": lowerCase,
        "accesses.groupByEmail": lowerCase,
    },
    changesOnUpdate: ["etag", "lastModifiedTime"],
    // `resourceBigQueryDatasetUpdateEncoder`, since 7.45: https://github.com/GoogleCloudPlatform/magic-modules/pull/18609.
    sentIfChanged: ["accesses"],
    alreadyExists: (inputs) => alreadyExists("Dataset", datasetPath(inputs)),
    verify,
    state: (inputs, { cloud }, old) => ({
        location: locationOf(inputs.location),
        accesses: inputs.accesses ?? old?.accesses ?? defaultAccesses(cloud),
        defaultCollation: inputs.defaultCollation ?? "",
        isCaseInsensitive: inputs.isCaseInsensitive ?? false,
        maxTimeTravelHours: inputs.maxTimeTravelHours ?? "168",
        storageBillingModel: inputs.storageBillingModel ?? "",
        selfLink: `https://bigquery.googleapis.com/bigquery/v2/${datasetPath(inputs)}`,
        ...timestamps(old),
    }),
    afterStore: (state, { cloud }, old) => setAccesses(cloud, datasetPath(state), state.accesses, !old),
    read: (state, { cloud }) => {
        const path = datasetPath(state);
        const found = cloud.store.read(bigQueryName(path))?.state;
        return found && { ...found, accesses: currentAccesses(cloud, path, found.accesses as Inputs[]) };
    },
    remove: (state, { cloud }) => {
        const path = datasetPath(state);
        if (!state.deleteContentsOnDestroy && cloud.store.list(bigQueryName(path)).length > 0) {
            throw new GoogleError(400, `Dataset ${displayName(path)} is still in use`, { reason: "resourceInUse" });
        }
        cloud.store.removeBelow(bigQueryName(path));
        cloud.simulated.forget(bigQueryName(path));
    },
    calls: {
        also: {
            create: ({ accesses }) => (accesses ? ["bigquery.datasets.updateAccess"] : []),
            update: ({ accesses }) => (accesses ? ["bigquery.datasets.updateAccess"] : []),
            delete: ({ deleteContentsOnDestroy }) => (deleteContentsOnDestroy ? ["bigquery.tables.delete"] : []),
        },
    },
};
