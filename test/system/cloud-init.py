# cloud-init's own Ec2 data source, as it comes: crawls the metadata service that it finds, and tells what it has understood.

import json

from cloudinit import helpers, util
from cloudinit.sources import DataSourceEc2

paths = helpers.Paths({"cloud_dir": "/nonexistent", "run_dir": "/nonexistent"})
source = DataSourceEc2.DataSourceEc2({"datasource": {"Ec2": {}}}, None, paths)
found = source._get_data()
print(
    json.dumps(
        {
            "found": found,
            "address": source.metadata_address,
            "cloud": source.cloud_name,
            "instanceId": source.get_instance_id(),
            "region": source.region,
            "zone": source.availability_zone,
            "metadata": source.metadata,
            "userData": util.decode_binary(source.userdata_raw),
            "identity": source.identity,
        }
    )
)
