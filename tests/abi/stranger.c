/* A .so that loads and is no plugin: it does not export the symbol. */
int stranger(void);

int stranger(void)
{
    return 1;
}
