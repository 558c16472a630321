"""Reading what a school already has: files of SIECLE and STS-web, tables. Streams in, neutral rows out:
nothing here knows a model or writes anywhere."""
