<#macro emailLayout>
<html lang="${locale.language}" dir="${(ltr)?then('ltr','rtl')}">
<body>
<img src="${url.resourcesUrl}/logo.png" alt="The shop">
<#nested>
<p>${properties.shopSlogan}</p>
</body>
</html>
</#macro>
