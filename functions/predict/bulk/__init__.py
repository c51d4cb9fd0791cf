"""A prefix of a bucket, scored by as many invocations of the objects door as its owner allows.

order       what a job is asked for
listing     a prefix, cut into pages and batches
orchestra   the durable function: pages, lanes of batches, attempts
tally       the counts of a job, added up from the summaries of its objects
bill        what a job costs
follow      `sentiment bulk`: starts a job, shows it, stops it

The durable SDK and boto3 are in an image of their own (Dockerfile.bulk), and in the extra `bulk`.
"""
