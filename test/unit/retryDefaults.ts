/** The retry configuration of Cloud Scheduler's jobs that set none. */
export const retryDefaults = {
    retryCount: 0,
    maxRetryDuration: "0s",
    minBackoffDuration: "5s",
    maxBackoffDuration: "3600s",
    maxDoublings: 5,
};
